/** Stretches of a text, from and up to, in order. */
export type Marks = readonly (readonly [number, number])[];

interface Piece {
  readonly at: number;
  readonly piece: string;
  readonly isMarked: boolean;
}

/** `text` cut at the edges of `marks`; what lies outside of it or before an earlier one is left out. */
export function piecesOf(text: string, marks: Marks): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const cut = (to: number, isMarked: boolean): void => {
    if (to > at) pieces.push({ at, piece: text.slice(at, to), isMarked });
    at = Math.max(at, to);
  };
  for (const [from, to] of marks) {
    cut(Math.min(from, text.length), false);
    cut(Math.min(to, text.length), true);
  }
  cut(text.length, false);
  return pieces;
}
