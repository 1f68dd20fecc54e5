import { disc, type Plot } from './paint.ts';
import type { Palette } from './palette.ts';
import type { Tape } from './tape.ts';

const DOT_PX = 2;
/** Dots in the same square of this size are one. */
const CELL_PX = 2;

/** Every trade as a dot; hollow where it may not move the price (an odd lot, an average, a report out of sequence). */
export function paintTrades(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  palette: Palette,
  { trades }: Tape,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const { area } = plot;
  const columns = Math.ceil((area.right - area.left) / CELL_PX) + 1;
  const painted = new Set<number>();
  for (let i = trades.firstAt(from); i < trades.length; i += 1) {
    const t = trades.timeAt(i);
    if (t > to) return;
    const [x, y] = [plot.x(t), plot.y(trades.priceAt(i))];
    if (y < area.top || y > area.bottom) continue;
    const forms = trades.formsPriceAt(i);
    const row = Math.floor((y - area.top) / CELL_PX);
    const cell = (row * columns + Math.floor((x - area.left) / CELL_PX)) * 2 + (forms ? 1 : 0);
    if (painted.has(cell)) continue;
    painted.add(cell);
    disc(ctx, x, y, DOT_PX + 0.5, forms ? palette.line : palette.label);
    if (!forms) disc(ctx, x, y, DOT_PX - 0.75, palette.surface);
  }
}
