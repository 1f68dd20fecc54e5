import type { ChartOptions, ScriptableChartContext } from 'chart.js';
import type { DatasetKind } from './candle-controller.ts';
import type { Reading } from './crosshair.ts';
import { formatPrice } from './formats.ts';
import type { Palette } from './palette.ts';
import { priceTicks, type Tick, timeTicks } from './ticks.ts';
import type { TimeAxis } from './time-map.ts';
import type { Scene } from './view.ts';

const LABEL_PX = 12;
/** A time label closer than this to the plot's left end would be cut off. */
const CUT_OFF_PX = 32;
/** A price label closer than this to the last price's tag would be half under it. */
const UNDER_TAG_PX = 19;
/** A time label closer than this to the crosshair's tag would be half under it: half of either's width. */
const TIME_TAG_PX = 66;
const PRICE_TICK_EVERY_PX = 64;
const TIME_TICK_EVERY_PX = 88;
/** Beside the longest price label. */
const AXIS_PADDING_PX = 18;
const LINE_PX = 2;

/** What the axes are made of; read anew for every drawing. */
export interface AxisSource {
  readonly scene: Scene | undefined;
  readonly palette: Palette;
  readonly decimals: number;
  readonly time: TimeAxis;
  /** ms since 1970 UTC. */
  readonly now: () => number;
  /** What the crosshair reads: labels that its tags would half cover are left out. */
  readonly reading: Reading | undefined;
  /** The price axis is never narrower than this, CSS pixels. */
  axisWidth: number;
}

/**
 * Chart.js's options for a streaming line. The scales take their bounds and ticks from the scene, since Chart.js's own
 * ticks know no time and no prices. Only the price axis gets fixed bounds as well, which spares Chart.js the search for
 * them: with fixed bounds on the time axis it would leave out the points beyond them.
 */
export function streamingOptions(source: AxisSource, onResize: () => void): ChartOptions<DatasetKind> {
  const grid = { color: () => source.palette.grid, drawTicks: false };
  const font = () => ({ size: LABEL_PX, family: source.palette.font });
  const ticks = { color: () => source.palette.label, font, autoSkip: false, padding: 8 };
  return {
    animation: false,
    parsing: false,
    normalized: true,
    maintainAspectRatio: false,
    events: [],
    onResize,
    layout: { padding: { top: 8 }, autoPadding: false },
    scales: {
      x: {
        type: 'linear',
        bounds: 'data',
        afterDataLimits(axis) {
          axis.min = source.scene?.from ?? 0;
          axis.max = source.scene?.to ?? 1;
        },
        afterBuildTicks(axis) {
          const most = Math.floor((axis.chart.width - source.axisWidth) / TIME_TICK_EVERY_PX);
          const shown = axis.min + ((axis.max - axis.min) * CUT_OFF_PX) / Math.max(1, axis.width);
          const ticks = source.scene ? timeTicks(source.time, axis.min, axis.max, most, source.now()) : [];
          const x = source.reading?.x ?? Number.NaN;
          const covered = ((axis.max - axis.min) * TIME_TAG_PX) / Math.max(1, axis.width);
          const isHidden = ({ value }: Tick): boolean => value < shown || Math.abs(value - x) < covered;
          axis.ticks = ticks.map((tick) => (isHidden(tick) ? { ...tick, label: '' } : tick));
        },
        // Room for a label that comes and goes would move the plot sideways.
        afterFit(axis) {
          axis.paddingLeft = 0;
          axis.paddingRight = 0;
        },
        border: { display: false },
        grid,
        // The ticks come with their labels; without a callback of its own Chart.js would write numbers over them.
        ticks: { ...ticks, maxRotation: 0, callback: (_value, index, all) => labelOf(all[index]) },
      },
      y: {
        type: 'linear',
        position: 'right',
        bounds: 'data',
        min: 0,
        max: 1,
        afterDataLimits(axis) {
          axis.min = source.scene?.low ?? 0;
          axis.max = source.scene?.high ?? 1;
        },
        afterBuildTicks(axis) {
          const most = axis.chart.height / PRICE_TICK_EVERY_PX;
          // Without a price there is nothing to measure: an axis from 0 to 1 would be made up.
          const ticks = source.scene?.hasPrices ? priceTicks(axis.min, axis.max, most) : [];
          axis.ticks = ticks.map((value) => ({ value }));
        },
        afterFit(axis) {
          axis.width = fitAxis(axis.ctx, source);
        },
        border: { display: false },
        grid,
        ticks: {
          ...ticks,
          callback(value) {
            return isUnderTag(Number(value), source, this.height) ? '' : formatPrice(Number(value), source.decimals);
          },
        },
      },
    },
  };
}

function isUnderTag(price: number, { scene, reading }: AxisSource, height: number): boolean {
  if (!scene) return false;
  const pxPerUnit = height / (scene.high - scene.low);
  const tags = [scene.head?.p, reading && reading.kind !== 'gap' ? reading.p : undefined];
  return tags.some((p) => p !== undefined && Math.abs(price - p) * pxPerUnit < UNDER_TAG_PX);
}

function labelOf(tick: object | undefined): string {
  return tick && 'label' in tick && typeof tick.label === 'string' ? tick.label : '';
}

/** As wide as the longest label, and never narrower again for a symbol: the plot must not wobble. */
function fitAxis(ctx: CanvasRenderingContext2D, source: AxisSource): number {
  if (!source.scene) return source.axisWidth;
  ctx.save();
  ctx.font = `600 ${LABEL_PX}px ${source.palette.font}`;
  const { width } = ctx.measureText(formatPrice(source.scene.high, source.decimals));
  ctx.restore();
  source.axisWidth = Math.max(source.axisWidth, Math.ceil(width) + AXIS_PADDING_PX);
  return source.axisWidth;
}

/** How the line itself looks: a thin line over a fill that fades out. */
export function lineStyle(source: AxisSource) {
  return {
    borderColor: () => source.palette.line,
    borderWidth: LINE_PX,
    borderJoinStyle: 'round' as const,
    pointRadius: 0,
    // Not drawn. Without colours of their own points take the line's, which are functions: Chart.js would call them for every
    // point in every frame, half of a drawing's cost.
    pointBackgroundColor: 'transparent',
    pointBorderColor: 'transparent',
    tension: 0,
    fill: 'start' as const,
    backgroundColor: fillOf(source),
  };
}

/** The gradient under the line, made again only when the plot or the colours change. */
function fillOf(source: AxisSource): (context: ScriptableChartContext) => CanvasGradient | string {
  let made: { gradient: CanvasGradient; palette: Palette; bottom: number } | undefined;
  return ({ chart }) => {
    const { palette } = source;
    const { chartArea: area } = chart;
    if (!area) return palette.fillBottom;
    if (made?.palette !== palette || made.bottom !== area.bottom) {
      const gradient = chart.ctx.createLinearGradient(0, area.top, 0, area.bottom);
      gradient.addColorStop(0, palette.fillTop);
      gradient.addColorStop(1, palette.fillBottom);
      made = { gradient, palette, bottom: area.bottom };
    }
    return made.gradient;
  };
}
