import type { Reading } from './crosshair.ts';
import { formatPrice } from './formats.ts';
import type { Plot } from './paint.ts';
import type { Palette } from './palette.ts';
import { priceTicks, timeTicks } from './ticks.ts';
import type { TimeAxis } from './time-map.ts';
import type { Scene } from './view.ts';

/** The size of all letters on the axes. */
export const LABEL_PX = 12;
/** From the plot to the price labels, and to the middle of the time labels. */
const PRICE_AWAY_PX = 8;
const TIME_AWAY_PX = 15.2;
/** A time label closer than this to the plot's left end would be cut off. */
const CUT_OFF_PX = 32;
/** A price label closer than this to the last price's tag would be half under it. */
const UNDER_TAG_PX = 19;
/** A time label closer than this to the crosshair's tag would be half under it: half of either's width. */
const TIME_TAG_PX = 66;
const PRICE_TICK_EVERY_PX = 64;
const TIME_TICK_EVERY_PX = 88;

/** What is written on the axes. */
export interface AxisWords {
  readonly decimals: number;
  readonly time: TimeAxis;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** What the crosshair reads: labels that its tags would half cover are left out. */
  readonly reading: Reading | undefined;
}

/** The grid, and the labels of both axes. */
export function paintAxes(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  scene: Scene,
  { decimals, time, now, reading }: AxisWords,
): void {
  const { area } = plot;
  const [width, height] = [area.right - area.left, area.bottom - area.top];
  const times = timeTicks(time, scene.from, scene.to, Math.floor(width / TIME_TICK_EVERY_PX), now);
  // Without a price there is nothing to measure: an axis from 0 to 1 would be made up.
  const prices = scene.hasPrices ? priceTicks(scene.low, scene.high, plot.height / PRICE_TICK_EVERY_PX) : [];

  ctx.fillStyle = palette.grid;
  for (const { value } of times) ctx.fillRect(plot.sharp(plot.at(value)), area.top, 1, height);
  for (const price of prices) ctx.fillRect(area.left, plot.sharp(plot.y(price)), width, 1);

  ctx.font = `${LABEL_PX}px ${palette.font}`;
  ctx.fillStyle = palette.label;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  const pointed = reading ? plot.at(reading.x) : Number.NaN;
  const isHidden = (x: number): boolean => x < area.left + CUT_OFF_PX || Math.abs(x - pointed) < TIME_TAG_PX;
  for (const { value, label } of times) {
    const x = plot.at(value);
    if (!isHidden(x)) ctx.fillText(label, x, area.bottom + TIME_AWAY_PX);
  }
  ctx.textAlign = 'left';
  const tags = [scene.head?.p, reading && reading.kind !== 'gap' ? reading.p : undefined].map((p) =>
    p === undefined ? Number.NaN : plot.y(p),
  );
  for (const price of prices) {
    const y = plot.y(price);
    const isUnderTag = tags.some((tag) => Math.abs(y - tag) < UNDER_TAG_PX);
    if (!isUnderTag) ctx.fillText(formatPrice(price, decimals), area.right + PRICE_AWAY_PX, y);
  }
}
