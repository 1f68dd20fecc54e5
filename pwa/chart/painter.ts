import type { Chart, Scale } from 'chart.js';
import type { Candle } from '../../src/protocol/candles.ts';
import type { AxisSource } from './axes.ts';
import type { Break } from './breaks.ts';
import type { Reading } from './crosshair.ts';
import { formatMoment, formatPrice } from './formats.ts';
import type { Point } from './line-points.ts';
import { type Plot, paintBreaks, paintHead, paintSimulated } from './paint.ts';
import { paintAxes } from './paint-axes.ts';
import { paintCandles, paintVolumes } from './paint-candles.ts';
import { paintCrosshair } from './paint-crosshair.ts';
import { type Level, paintBeginning, paintLevels } from './paint-levels.ts';
import { type LineFill, paintLine } from './paint-line.ts';
import { paintTrades } from './paint-trades.ts';
import { priceWords, timeWords } from './reading-words.ts';
import type { Tape } from './tape.ts';
import type { TimeAxis } from './time-map.ts';
import type { ChartKind, Scene } from './view.ts';
import type { Viewport } from './viewport.ts';

/** What the chart shows. */
export interface ChartSubject {
  readonly tape: Tape;
  readonly view: Viewport;
  readonly kind: ChartKind;
  readonly simulated: boolean;
  /** Since when the feed is interrupted, ms since 1970 UTC. */
  readonly missingSince: number | undefined;
  /** Prices worth a line across. */
  readonly levels: readonly Level[];
}

/** Everything that is painted from; read anew for every drawing. */
export interface Picture extends AxisSource {
  readonly subject: ChartSubject | undefined;
  readonly time: TimeAxis;
  /** ms since 1970 UTC. */
  readonly now: () => number;
  /** What the crosshair reads. */
  readonly reading: Reading | undefined;
  /** The line in sight. */
  readonly points: readonly Point[];
  readonly fill: LineFill;
  /** The candles in sight. */
  readonly candles: readonly Candle[];
}

type Drawing = Pick<Chart, 'ctx' | 'scales' | 'chartArea' | 'width' | 'height' | 'currentDevicePixelRatio'>;

/** What lies under the line: the axes, what is not known, and prices to compare with. */
export function paintUnder(drawing: Drawing, picture: Picture): void {
  const { subject, scene, palette, time, decimals, reading } = picture;
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (!subject || !plot) return;
  const now = picture.now();
  if (scene) paintAxes(ctx, plot, palette, scene, { decimals, time, now, reading });
  if (subject.simulated) paintSimulated(ctx, plot, palette);
  if (!scene) return;
  const { recordingSince } = subject.tape;
  paintBreaks(ctx, plot, palette, breaksOf(subject, scene));
  if (recordingSince !== undefined) {
    paintBeginning(ctx, plot, palette, recordingSince, `Recording since ${formatMoment(recordingSince, now)}`);
  }
  paintLevels(ctx, plot, palette, scene, subject.levels, (p) => formatPrice(p, decimals));
}

/** The line and its fill. */
export function paintTrace(drawing: Drawing, { palette, time, points, fill }: Picture): void {
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (plot && points.length > 0) paintLine(ctx, plot, palette, points, fill.of(ctx, plot, palette));
}

/** Volumes, and candles or single trades above them. */
export function paintData(drawing: Drawing, { subject, scene, palette, time, candles }: Picture): void {
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (!plot || !scene || !subject) return;
  const { tape } = subject;
  paintVolumes(ctx, plot, palette, scene, tape, candles);
  if (scene.kind === 'candles') paintCandles(ctx, plot, palette, scene, tape, candles);
  if (scene.kind === 'trades')
    paintTrades(ctx, plot, palette, tape, { from: time.t(scene.from), to: time.t(scene.to) });
}

/** What lies over everything: the last price, and the crosshair. */
export function paintOver(drawing: Drawing, { subject, scene, palette, reading, time, decimals, now }: Picture): void {
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (!scene || !subject || !plot) return;
  const { last } = subject.tape;
  // The tag glides, its figures do not: a price between two trades was never paid.
  if (last) paintHead(ctx, plot, palette, scene, formatPrice(last.p, decimals));
  if (!reading) return;
  const words = { time: timeWords(reading, now()), price: priceWords(reading, decimals) };
  paintCrosshair(ctx, plot, palette, reading, words);
}

function plotOf(drawing: Drawing, time: TimeAxis): Plot | undefined {
  const { scales, chartArea, width, height, currentDevicePixelRatio: ratio } = drawing;
  if (!scales.x || !scales.y || !chartArea) return undefined;
  const at = straight(scales.x);
  return {
    area: chartArea,
    width,
    height,
    at,
    x: (t) => at(time.x(t)),
    y: straight(scales.y),
    sharp: (px) => Math.round((px - 0.5) * ratio) / ratio,
  };
}

/** What a scale does, whose axis is linear, in fewer steps: it is asked some thousand times a drawing. */
function straight(scale: Scale): (value: number) => number {
  const { min, max } = scale;
  const from = scale.getPixelForValue(min);
  const perUnit = (scale.getPixelForValue(max) - from) / (max - min);
  return (value) => from + (value - min) * perUnit;
}

/** The known breaks, and the one that is still going on. */
function breaksOf({ tape, missingSince }: ChartSubject, scene: Scene): readonly Break[] {
  if (missingSince === undefined) return tape.breaks;
  return [...tape.breaks, { from: missingSince, to: Math.max(missingSince, tape.time.t(scene.to)), label: 'No data' }];
}
