import { Piscina } from 'piscina';
import type { Answer, QueryResult } from '../../protocol/queries.ts';

/** Makes of a query a task whose bytes are moved to the thread that asked, not copied. */
export function handingOver<Q>(query: (query: Q) => QueryResult): (query: Q) => QueryResult {
  return (asked) => {
    const answer = query(asked);
    if (!answer) return undefined;
    const moved = {
      get [Piscina.transferableSymbol]() {
        return [answer.bytes.buffer];
      },
      get [Piscina.valueSymbol]() {
        return answer;
      },
    };
    // What piscina unwraps again on the other side is the answer.
    return Piscina.move(moved as never) as unknown as Answer;
  };
}
