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

/** Dotted lines across the plot at prices worth knowing, each with its name. */
export function paintLevels(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  { low, high, hasPrices }: Scene,
  levels: readonly Level[],
): void {
  const { area } = plot;
  const taken: number[] = [];
  ctx.save();
  ctx.font = `500 ${LABEL_PX}px ${palette.font}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  for (const { label, p } of levels) {
    if (!hasPrices || p < low || p > high) continue;
    const y = plot.y(p);
    ctx.strokeStyle = palette.label;
    ctx.globalAlpha = 0.5;
    ctx.setLineDash([1, 3]);
    across(ctx, area, y);
    ctx.globalAlpha = 1;
    if (taken.some((other) => Math.abs(other - y) < APART_PX) || y - APART_PX < area.top) continue;
    taken.push(y);
    ctx.fillStyle = palette.label;
    ctx.fillText(label, area.right - 8, y - 2);
  }
  ctx.restore();
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
