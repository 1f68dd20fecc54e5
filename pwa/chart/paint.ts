import type { ChartArea } from 'chart.js';
import type { Break } from './breaks.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './view.ts';

/** Where things are on the canvas, CSS pixels. */
export interface Plot {
  readonly area: ChartArea;
  /** The canvas's right end: the price axis lies between `area.right` and it. */
  readonly width: number;
  readonly height: number;
  /** Of a time in ms since 1970 UTC. */
  readonly x: (t: number) => number;
  /** Of a place on the time axis. */
  readonly at: (x: number) => number;
  readonly y: (price: number) => number;
  /** Where a line begins that is one pixel wide and has its middle next to `px`: on a whole device pixel. */
  readonly sharp: (px: number) => number;
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
      ctx.textBaseline = 'middle';
      ctx.fillText(label, (left + right) / 2, (area.top + area.bottom) / 2);
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
  const { head, pulse, low, high } = scene;
  if (!head || head.p < low || head.p > high) return;
  const { area } = plot;
  const y = plot.y(head.p);
  ctx.save();
  ctx.strokeStyle = palette.line;
  ctx.globalAlpha = 0.55;
  ctx.setLineDash([3, 4]);
  across(ctx, area, y);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  paintTag(ctx, plot, y, label, palette.line, palette.onLine, palette.font);
  const x = plot.at(head.x);
  if (scene.kind !== 'candles' && x >= area.left && x <= area.right) {
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

/** A thin line across the plot at `y`, sharp on whole pixels. */
export function across(ctx: CanvasRenderingContext2D, area: ChartArea, y: number): void {
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(area.left, Math.round(y) + 0.5);
  ctx.lineTo(area.right, Math.round(y) + 0.5);
  ctx.stroke();
}

/** A price on the axis, on a ground of its own. */
export function paintTag(
  ctx: CanvasRenderingContext2D,
  { area, width }: Plot,
  y: number,
  label: string,
  ground: string,
  color: string,
  font: string,
): void {
  ctx.fillStyle = ground;
  ctx.beginPath();
  ctx.roundRect(area.right + 1, y - TAG_HEIGHT_PX / 2, width - area.right - 3, TAG_HEIGHT_PX, 5);
  ctx.fill();
  ctx.font = `600 ${TAG_TEXT_PX}px ${font}`;
  ctx.fillStyle = color;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(label, area.right + 8, y + 0.5);
}

export function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}
