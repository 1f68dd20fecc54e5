import type { ChartArea } from 'chart.js';
import type { Scene } from './line-view.ts';
import type { Palette } from './palette.ts';
import type { Break } from './tape.ts';

/** Where things are on the canvas, CSS pixels. */
export interface Plot {
  readonly area: ChartArea;
  /** The canvas's right end: the price axis lies between `area.right` and it. */
  readonly width: number;
  readonly x: (t: number) => number;
  readonly y: (price: number) => number;
}

const HATCH_PX = 7;
const GAP_LABEL_PX = 11;
const TAG_HEIGHT_PX = 22;
const TAG_TEXT_PX = 12;
const DOT_PX = 4;
const PULSE_PX = 15;
const BADGE_TEXT_PX = 11;
const BADGE_HEIGHT_PX = 24;
const WATERMARK_PX = 92;

/** Stretches without data: tinted, hatched, between two thin lines, and named where there is room. */
export function paintBreaks(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  breaks: readonly Break[],
): void {
  const { area } = plot;
  for (const { from, to, label } of breaks) {
    const left = Math.max(area.left, plot.x(from));
    const right = Math.min(area.right, plot.x(to));
    if (right - left < 1) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, area.top, right - left, area.bottom - area.top);
    ctx.clip();
    ctx.fillStyle = palette.gap;
    ctx.fillRect(left, area.top, right - left, area.bottom - area.top);
    hatch(ctx, left, right, area, palette.gap);
    ctx.font = `500 ${GAP_LABEL_PX}px ${palette.font}`;
    if (ctx.measureText(label).width + 12 < right - left) {
      ctx.fillStyle = palette.gapLabel;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'bottom';
      ctx.fillText(label, (left + right) / 2, area.bottom - 8);
    }
    ctx.restore();
  }
}

function hatch(ctx: CanvasRenderingContext2D, left: number, right: number, area: ChartArea, color: string): void {
  const height = area.bottom - area.top;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.beginPath();
  // The stripes are fixed to the canvas, so that they do not crawl as the band scrolls.
  for (let x = Math.floor((left - height) / HATCH_PX) * HATCH_PX; x < right; x += HATCH_PX) {
    ctx.moveTo(x, area.bottom);
    ctx.lineTo(x + height, area.top);
  }
  ctx.stroke();
}

/** Says across the plot that these prices are made up: large and faint behind the line, small and plain in the corner. */
export function paintSimulated(ctx: CanvasRenderingContext2D, { area }: Plot, palette: Palette): void {
  const text = 'SIMULATED';
  const size = Math.min(WATERMARK_PX, (area.right - area.left) / 7.5);
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'center';
  ctx.font = `800 ${size}px ${palette.font}`;
  ctx.fillStyle = palette.watermark;
  ctx.fillText(text, (area.left + area.right) / 2, (area.top + area.bottom) / 2);
  ctx.font = `700 ${BADGE_TEXT_PX}px ${palette.font}`;
  ctx.letterSpacing = '1.2px';
  const width = ctx.measureText(text).width + 20;
  const left = area.left + 14;
  const top = area.top + 14;
  ctx.fillStyle = palette.badge;
  ctx.beginPath();
  ctx.roundRect(left, top, width, BADGE_HEIGHT_PX, BADGE_HEIGHT_PX / 2);
  ctx.fill();
  ctx.fillStyle = palette.badgeText;
  ctx.textAlign = 'left';
  ctx.fillText(text, left + 10.5, top + BADGE_HEIGHT_PX / 2 + 0.5);
  ctx.restore();
}

/** The dashed line of the last price across the plot, its tag on the axis, and the last point with its pulse. */
export function paintHead(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  scene: Scene,
  label: string,
): void {
  const { head, pulse } = scene;
  if (!head) return;
  const { area } = plot;
  const y = plot.y(head.p);
  ctx.save();
  ctx.strokeStyle = palette.line;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 4]);
  ctx.beginPath();
  ctx.moveTo(area.left, Math.round(y) + 0.5);
  ctx.lineTo(area.right, Math.round(y) + 0.5);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  paintTag(ctx, area.right, plot.width, y, palette, label);
  const x = plot.x(head.t);
  if (x >= area.left) {
    if (pulse !== undefined) {
      ctx.globalAlpha = 0.35 * (1 - pulse);
      disc(ctx, x, y, DOT_PX + (PULSE_PX - DOT_PX) * pulse, palette.line);
      ctx.globalAlpha = 1;
    }
    disc(ctx, x, y, DOT_PX + 1.5, palette.surface);
    // Hollow where the line has ended: this is no longer the present.
    disc(ctx, x, y, DOT_PX, palette.line);
    if (head.ends) disc(ctx, x, y, DOT_PX - 1.5, palette.surface);
  }
  ctx.restore();
}

function paintTag(
  ctx: CanvasRenderingContext2D,
  left: number,
  right: number,
  y: number,
  palette: Palette,
  label: string,
): void {
  ctx.fillStyle = palette.line;
  ctx.beginPath();
  ctx.roundRect(left + 1, y - TAG_HEIGHT_PX / 2, right - left - 3, TAG_HEIGHT_PX, 5);
  ctx.fill();
  ctx.font = `600 ${TAG_TEXT_PX}px ${palette.font}`;
  ctx.fillStyle = palette.onLine;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(label, left + 8, y + 0.5);
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}
