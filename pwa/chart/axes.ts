import type { Chart, ChartOptions } from 'chart.js';
import { formatPrice } from './formats.ts';
import { LABEL_PX } from './paint-axes.ts';
import type { DatasetKind } from './painted-controller.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './view.ts';

/** Above the plot: half the label of the topmost price and what is around it. */
const TOP_PX = 15.2;
/** Below the plot: a time label and what is around it. */
const TIME_AXIS_PX = 30.4;
/** Beside the longest price label. */
const AXIS_PADDING_PX = 18;

/** What the axes are laid out by; read anew for every drawing. */
export interface AxisSource {
  readonly scene: Scene | undefined;
  readonly palette: Palette;
  readonly decimals: number;
  /** The price axis is never narrower than this, CSS pixels. */
  axisWidth: number;
}

/**
 * Chart.js's options for a streaming chart: where the plot and the axes are. What they show is painted (`paint-axes.ts`), for
 * Chart.js's own axes know no time and no prices, and measure and place all their labels anew in every update.
 */
export function streamingOptions(source: AxisSource, onResize: () => void): ChartOptions<DatasetKind> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    maintainAspectRatio: false,
    events: [],
    onResize,
    layout: { padding: { top: TOP_PX }, autoPadding: false },
    scales: {
      x: {
        type: 'linear',
        display: false,
        bounds: 'data',
        afterDataLimits(axis) {
          axis.min = source.scene?.from ?? 0;
          axis.max = source.scene?.to ?? 1;
        },
        afterFit(axis) {
          axis.height = TIME_AXIS_PX;
        },
      },
      y: {
        type: 'linear',
        position: 'right',
        display: false,
        bounds: 'data',
        afterDataLimits(axis) {
          axis.min = source.scene?.low ?? 0;
          axis.max = source.scene?.high ?? 1;
        },
        afterFit(axis) {
          axis.width = source.axisWidth;
        },
      },
    },
  };
}

/** Moves the axes to what the scene shows: all of an update that a drawing needs whose layout is that of the one before. */
export function moveAxes({ scales: { x, y } }: Pick<Chart, 'scales'>, { from, to, low, high }: Scene): void {
  if (!x || !y) return;
  x.min = from;
  x.max = to;
  x.configure();
  y.min = low;
  y.max = high;
  y.configure();
}

/** Makes the price axis as wide as the longest label, and never narrower again for a symbol: the plot must not wobble. Whether it has grown. */
export function fitAxis(ctx: CanvasRenderingContext2D, source: AxisSource): boolean {
  if (!source.scene) return false;
  ctx.save();
  ctx.font = `600 ${LABEL_PX}px ${source.palette.font}`;
  const { width } = ctx.measureText(formatPrice(source.scene.high, source.decimals));
  ctx.restore();
  const needed = Math.ceil(width) + AXIS_PADDING_PX;
  if (needed <= source.axisWidth) return false;
  source.axisWidth = needed;
  return true;
}
