import type { ChartArea } from 'chart.js';
import { across, type Plot } from './paint.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './view.ts';

const LABEL_PX = 11;
/** Labels closer than this to one another would lie over each other. */
const APART_PX = 14;

/** A price that others are compared with, such as the previous close. */
export interface Level {
  readonly label: string;
  readonly p: number;
}

/**
 * Dotted lines across the plot at prices worth knowing, each with its name and price. Those beyond the axis are named at its
 * end.
 */
export function paintLevels(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  { low, high, hasPrices }: Scene,
  levels: readonly Level[],
  priceText: (price: number) => string,
): void {
  if (!hasPrices) return;
  const { area } = plot;
  const taken: number[] = [];
  ctx.save();
  ctx.font = `500 ${LABEL_PX}px ${palette.font}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  for (const { label, p } of levels) {
    const words = `${label} ${priceText(p)}`;
    if (p >= low && p <= high) {
      ctx.strokeStyle = palette.label;
      ctx.globalAlpha = 0.5;
      ctx.setLineDash([1, 3]);
      across(ctx, area, plot.y(p));
      paintName(ctx, area, palette, plot.y(p) - 2, words, taken);
    } else if (p > high) {
      paintName(ctx, area, palette, freeFrom(area.top + APART_PX, APART_PX, taken), `${words} ↑`, taken);
    } else {
      paintName(ctx, area, palette, freeFrom(area.bottom - 4, -APART_PX, taken), `${words} ↓`, taken);
    }
  }
  ctx.restore();
}

/** The first place from `y` on, in steps of `step`, that is free. */
function freeFrom(y: number, step: number, taken: readonly number[]): number {
  let free = y;
  while (taken.some((other) => Math.abs(other - free) < APART_PX)) free += step;
  return free;
}

function paintName(
  ctx: CanvasRenderingContext2D,
  area: ChartArea,
  palette: Palette,
  y: number,
  words: string,
  taken: number[],
): void {
  if (taken.some((other) => Math.abs(other - y) < APART_PX) || y - LABEL_PX < area.top || y > area.bottom) return;
  taken.push(y);
  const { width } = ctx.measureText(words);
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = palette.surface;
  ctx.fillRect(area.right - width - 12, y - LABEL_PX - 2, width + 8, LABEL_PX + 3);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.label;
  ctx.fillText(words, area.right - 8, y);
}

/** Where the recording begins: nothing is known of what was before. */
export function paintBeginning(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  since: number,
  label: string,
): void {
  const { area } = plot;
  const x = Math.round(plot.x(since)) + 0.5;
  if (x < area.left - 1 || x > area.right) return;
  ctx.save();
  ctx.strokeStyle = palette.label;
  ctx.globalAlpha = 0.5;
  ctx.setLineDash([1, 3]);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, area.top);
  ctx.lineTo(x, area.bottom);
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.font = `500 ${LABEL_PX}px ${palette.font}`;
  ctx.fillStyle = palette.label;
  const isRoom = x + ctx.measureText(label).width + 12 < area.right;
  ctx.textAlign = isRoom ? 'left' : 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(label, isRoom ? x + 6 : x - 6, area.bottom - 8);
  ctx.restore();
}
