import type { Point } from './line-points.ts';
import type { Plot } from './paint.ts';
import type { Palette } from './palette.ts';

const LINE_PX = 2;

/** A thin line through `points`, a price of NaN being a break, over a fill that fades out. */
export function paintLine(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  points: readonly Point[],
  fill: CanvasGradient,
): void {
  ctx.fillStyle = fill;
  trace(ctx, plot, points, plot.area.bottom);
  ctx.fill();
  ctx.strokeStyle = palette.line;
  ctx.lineWidth = LINE_PX;
  ctx.lineJoin = 'round';
  trace(ctx, plot, points);
  ctx.stroke();
}

/** The path along `points`, every stretch of it closed at `floor` where there is one. */
function trace(ctx: CanvasRenderingContext2D, plot: Plot, points: readonly Point[], floor?: number): void {
  let begin: number | undefined;
  let end = 0;
  const close = (): void => {
    if (begin !== undefined && floor !== undefined) {
      ctx.lineTo(end, floor);
      ctx.lineTo(begin, floor);
    }
    begin = undefined;
  };
  ctx.beginPath();
  for (const point of points) {
    if (Number.isNaN(point.y)) {
      close();
      continue;
    }
    end = plot.at(point.x);
    if (begin === undefined) {
      begin = end;
      ctx.moveTo(end, plot.y(point.y));
    } else {
      ctx.lineTo(end, plot.y(point.y));
    }
  }
  close();
}

/** The gradient under the line, made again only when the plot or the colours change. */
export class LineFill {
  #made: { readonly gradient: CanvasGradient; readonly palette: Palette; readonly bottom: number } | undefined;

  of(ctx: CanvasRenderingContext2D, { area: { top, bottom } }: Plot, palette: Palette): CanvasGradient {
    if (this.#made?.palette === palette && this.#made.bottom === bottom) return this.#made.gradient;
    const gradient = ctx.createLinearGradient(0, top, 0, bottom);
    gradient.addColorStop(0, palette.fillTop);
    gradient.addColorStop(1, palette.fillBottom);
    this.#made = { gradient, palette, bottom };
    return gradient;
  }
}
