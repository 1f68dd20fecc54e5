/**
 * What stretch of the time axis is shown. Lengths and places are ms on the axis, where closed hours may have no width; the
 * right end follows the present where none is set.
 */
export interface Viewport {
  readonly spanMs: number;
  readonly right?: number;
}

/** How far the axis reaches: from the oldest that is known to the present. */
export interface Extent {
  readonly oldest: number;
  readonly present: number;
}

/** The closest and the widest look. */
const LEAST_SPAN_MS = 10_000;
const MOST_SPAN_MS = 20 * 366 * 24 * 3_600_000;
/** One may look at a little more than is known. */
const WIDEST_PART = 1.25;
/** The chart shows at least this part of what is known: one cannot lose it out of sight. */
const KEPT_PART = 0.2;

/** Moves the view by `ms` on the axis, into the past where it is negative. At the present it follows it again. */
export function pan(view: Viewport, ms: number, extent: Extent): Viewport {
  const { spanMs, right } = view;
  if (right === undefined && ms >= 0) return view;
  return bounded(spanMs, (right ?? extent.present) + ms, extent);
}

/**
 * Shows `factor` times as much (less where it is below 1). The moment at `at`, ms on the axis, stays where it is; a chart
 * that follows the present goes on following it.
 */
export function zoom({ spanMs, right }: Viewport, factor: number, at: number, extent: Extent): Viewport {
  const { oldest, present } = extent;
  const widest = Math.min(MOST_SPAN_MS, Math.max(spanMs, (present - oldest) * WIDEST_PART));
  const next = Math.max(LEAST_SPAN_MS, Math.min(spanMs * factor, widest));
  return right === undefined ? { spanMs: next } : bounded(next, at + (right - at) * (next / spanMs), extent);
}

function bounded(spanMs: number, right: number, { oldest, present }: Extent): Viewport {
  if (right >= present) return { spanMs };
  return { spanMs, right: Math.max(right, Math.min(present, oldest + spanMs * KEPT_PART)) };
}
