import { type Marks, piecesOf } from './pieces.ts';

interface MarkedProps {
  readonly text: string;
  readonly marks: Marks;
}

/** A text with what matches the search marked in it. */
export function Marked({ text, marks }: MarkedProps) {
  return (
    <>{piecesOf(text, marks).map(({ at, piece, isMarked }) => (isMarked ? <mark key={at}>{piece}</mark> : piece))}</>
  );
}
