export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How much a line that is fitted through the points (least squares) rises from the first to the last, as a share of its start. */
export function riseOver(points: readonly Point[]): number {
  const n = points.length;
  const mean = (value: (point: Point) => number): number => points.reduce((sum, point) => sum + value(point), 0) / n;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  const slope =
    points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const at = (x: number): number => meanY + slope * (x - meanX);
  const [first] = points;
  const last = points.at(-1);
  return first && last ? at(last.x) / at(first.x) - 1 : Number.NaN;
}
