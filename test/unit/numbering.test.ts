import { describe, expect, it } from 'vitest';
import { Numbering } from '../../src/upstream/numbering.ts';

describe('the ids of symbols', () => {
  it('are not those of other symbols in the epochs before: a client may be sent both at once', () => {
    const idsOf = (start: number, symbols: readonly string[]): number[] => {
      const numbering = new Numbering(start);
      return symbols.map((symbol) => numbering.open(symbol, 0).id);
    };
    const starts = [0, 1, 2, 3].map((start) => idsOf(start, ['A', 'B', 'C', 'D', 'E']));
    const all = starts.flat();
    expect(new Set(all).size).toBe(all.length);
  });
});
