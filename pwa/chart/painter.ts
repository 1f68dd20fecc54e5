import type { Chart } from 'chart.js';
import type { Candle } from '../../src/protocol/candles.ts';
import type { AxisSource } from './axes.ts';
import type { Break } from './breaks.ts';
import { formatMoment, formatPrice } from './formats.ts';
import { type Plot, paintBreaks, paintHead, paintSimulated } from './paint.ts';
import { paintCandles, paintVolumes } from './paint-candles.ts';
import { paintCrosshair } from './paint-crosshair.ts';
import { type Level, paintBeginning, paintLevels } from './paint-levels.ts';
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
  /** The candles in sight. */
  readonly candles: readonly Candle[];
}

type Drawing = Pick<Chart, 'ctx' | 'scales' | 'chartArea' | 'width'>;

/** What lies under the line: what is not known, and prices to compare with. */
export function paintUnder(drawing: Drawing, { subject, scene, palette, time, decimals, now }: Picture): void {
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (!subject || !plot) return;
  if (subject.simulated) paintSimulated(ctx, plot, palette);
  if (!scene) return;
  const { recordingSince } = subject.tape;
  paintBreaks(ctx, plot, palette, breaksOf(subject, scene));
  if (recordingSince !== undefined) {
    paintBeginning(ctx, plot, palette, recordingSince, `Recording since ${formatMoment(recordingSince, now())}`);
  }
  paintLevels(ctx, plot, palette, scene, subject.levels, (p) => formatPrice(p, decimals));
}

/** Volumes, and candles or single trades above them. */
export function paintData(drawing: Drawing, { subject, scene, palette, time, candles }: Picture): void {
  const { ctx } = drawing;
  const plot = plotOf(drawing, time);
  if (!plot || !scene || !subject) return;
  const { tape } = subject;
  const { left, top, right, bottom } = plot.area;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  paintVolumes(ctx, plot, palette, scene, tape, candles);
  if (scene.kind === 'candles') paintCandles(ctx, plot, palette, scene, tape, candles);
  if (scene.kind === 'trades')
    paintTrades(ctx, plot, palette, tape, { from: time.t(scene.from), to: time.t(scene.to) });
  ctx.restore();
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

function plotOf({ scales: { x, y }, chartArea, width }: Drawing, time: TimeAxis): Plot | undefined {
  if (!x || !y || !chartArea) return undefined;
  return {
    area: chartArea,
    width,
    at: (place) => x.getPixelForValue(place),
    x: (t) => x.getPixelForValue(time.x(t)),
    y: (price) => y.getPixelForValue(price),
  };
}

/** The known breaks, and the one that is still going on. */
function breaksOf({ tape, missingSince }: ChartSubject, scene: Scene): readonly Break[] {
  if (missingSince === undefined) return tape.breaks;
  return [...tape.breaks, { from: missingSince, to: Math.max(missingSince, tape.time.t(scene.to)), label: 'No data' }];
}
