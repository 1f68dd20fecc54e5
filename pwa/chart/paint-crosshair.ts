import type { Reading } from './crosshair.ts';
import { across, disc, type Plot, paintTag } from './paint.ts';
import type { Palette } from './palette.ts';

const DOT_PX = 4;
const LABEL_PX = 11;
const LABEL_HEIGHT_PX = 20;
const LABEL_PADDING_PX = 7;

/** A line down at what is read and one across at its price, with the time below and the price on the axis. */
export function paintCrosshair(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  reading: Reading,
  words: { readonly time: string; readonly price: string },
): void {
  const { area } = plot;
  const x = Math.round(Math.min(Math.max(plot.at(reading.x), area.left), area.right)) + 0.5;
  ctx.save();
  ctx.strokeStyle = palette.text;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = 1;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, area.top);
  ctx.lineTo(x, area.bottom);
  ctx.stroke();
  if (reading.kind !== 'gap') across(ctx, area, plot.y(reading.p));
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  if (reading.kind !== 'gap') {
    const y = plot.y(reading.p);
    if (y >= area.top && y <= area.bottom) {
      if (reading.kind !== 'candle') {
        disc(ctx, x, y, DOT_PX + 1.5, palette.surface);
        disc(ctx, x, y, DOT_PX, palette.text);
      }
      paintTag(ctx, plot, y, words.price, palette.tag, palette.surface, palette.font);
    }
  }
  paintTime(ctx, plot, palette, x, words.time);
  ctx.restore();
}

function paintTime(ctx: CanvasRenderingContext2D, { area }: Plot, palette: Palette, x: number, text: string): void {
  ctx.font = `600 ${LABEL_PX}px ${palette.font}`;
  const width = ctx.measureText(text).width + 2 * LABEL_PADDING_PX;
  const left = Math.min(Math.max(x - width / 2, area.left + 2), area.right - width - 2);
  ctx.fillStyle = palette.tag;
  ctx.beginPath();
  ctx.roundRect(left, area.bottom + 3, width, LABEL_HEIGHT_PX, 5);
  ctx.fill();
  ctx.fillStyle = palette.surface;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, left + LABEL_PADDING_PX, area.bottom + 3 + LABEL_HEIGHT_PX / 2 + 0.5);
}
