import type { Candle } from '../../src/protocol/candles.ts';
import type { Plot } from './paint.ts';
import type { Palette } from './palette.ts';
import { middleOf } from './resolution.ts';
import type { Tape } from './tape.ts';
import type { Scene } from './view.ts';

/** How much of its room a candle fills. */
const BODY_PART = 0.8;
const WIDEST_BODY_PX = 28;
/** A rising candle is hollow where there is room for it, so that its direction is not said by colour alone. */
const HOLLOW_FROM_PX = 5;
/** How much of the plot's height the largest volume takes. */
const VOLUME_PART = 0.16;

/** What the volume of each candle was, from the bottom up. */
export function paintVolumes(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  scene: Scene,
  tape: Tape,
  candles: readonly Candle[],
): void {
  if (scene.mostVolume <= 0) return;
  const { area } = plot;
  const width = bodyWidth(plot, scene);
  const most = (area.bottom - area.top) * VOLUME_PART;
  ctx.fillStyle = palette.volume;
  for (const { t, v } of candles) {
    const height = Math.round((v / scene.mostVolume) * most);
    if (height > 0)
      ctx.fillRect(leftOf(plot.at(middleOf(tape, scene.interval, t)), width), area.bottom - height, width, height);
  }
}

/** The candles. The one that the last price is the close of ends where the head is on its way. */
export function paintCandles(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  scene: Scene,
  tape: Tape,
  candles: readonly Candle[],
): void {
  const width = bodyWidth(plot, scene);
  ctx.lineWidth = 1;
  for (const candle of candles) {
    const close = candle === scene.headCandle && scene.head ? scene.head.p : candle.c;
    const isUp = close >= candle.o;
    const color = isUp ? palette.up : palette.down;
    const left = leftOf(plot.at(middleOf(tape, scene.interval, candle.t)), width);
    const middle = left + (width - 1) / 2;
    const [top, bottom] = [
      Math.round(plot.y(Math.max(candle.o, close))),
      Math.round(plot.y(Math.min(candle.o, close))),
    ];
    const height = Math.max(1, bottom - top);
    ctx.fillStyle = color;
    const high = Math.round(plot.y(candle.h));
    ctx.fillRect(middle, high, 1, Math.max(1, Math.round(plot.y(candle.l)) - high));
    if (isUp && width >= HOLLOW_FROM_PX && height > 2) {
      ctx.fillStyle = palette.surface;
      ctx.fillRect(left, top, width, height);
      ctx.strokeStyle = color;
      ctx.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
    } else {
      ctx.fillRect(left, top, width, height);
    }
  }
}

/** Odd, so that the wick stands in the middle of it. */
function bodyWidth(plot: Plot, { slotMs, from, to }: Scene): number {
  const slot = ((plot.area.right - plot.area.left) / (to - from)) * slotMs;
  const width = Math.min(WIDEST_BODY_PX, Math.floor(slot * BODY_PART));
  return width < 2 ? 1 : width - 1 + (width % 2);
}

const leftOf = (middle: number, width: number): number => Math.round(middle - width / 2);
