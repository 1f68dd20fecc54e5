import { describe, expect, it } from 'vitest';
import { MISSING, readCatalogue } from '../../bench/search/catalogue.ts';
import { committedSet } from '../../bench/search/committed.ts';
import { drawLabelled, type LabelledSet } from '../../bench/search/labelled.ts';
import { type Score, type Search, score } from '../../bench/search/score.ts';
import { SEED_A, SEED_B } from '../../bench/search/seeds.ts';
import { SearchIndex } from '../../src/search/search-index.ts';

const entries = readCatalogue();
const set = committedSet();

/** The share found of the kinds that begin so. */
function share(scores: readonly Score[], kind: string): number {
  const counted = scores.filter((each) => each.kind.startsWith(kind));
  const sum = (value: (each: Score) => number): number => counted.reduce((all, each) => all + value(each), 0);
  return sum(({ found }) => found) / sum(({ asked }) => asked);
}

describe('the labelled set', () => {
  it('has at least 400 drawn queries and 60 everyday ones', () => {
    const { everyday = [], ...drawn } = set;
    expect(Object.values(drawn).flat().length).toBeGreaterThanOrEqual(400);
    expect(everyday.length).toBeGreaterThanOrEqual(60);
  });
});

describe.skipIf(!entries)(`search on Finnhub's lists of 2020${entries ? '' : ` (skipped: ${MISSING})`}`, () => {
  const catalogue = entries ?? [];
  const index = new SearchIndex(catalogue);
  const search: Search = (query, limit) => index.search(query, limit).map(({ entry }) => entry.symbol);

  it('draws the committed set again from its seed', () => {
    const { everyday: _, ...drawn } = set;
    expect(drawLabelled(catalogue, SEED_A)).toEqual(drawn);
  });

  it('puts every symbol first that is typed in full', () => {
    expect(catalogue.filter(({ symbol }) => search(symbol, 1)[0] !== symbol)).toEqual([]);
  });

  const sets: readonly (readonly [string, () => LabelledSet])[] = [
    ['the committed set', () => set],
    ['a set nobody has looked at', () => drawLabelled(catalogue, SEED_B)],
  ];
  it.each(sets)('finds what people mean in %s', (_, made) => {
    const scores = score(made(), search);
    expect(share(scores, 'symbol in full')).toBe(1);
    expect(share(scores, 'bare pair')).toBe(1);
    for (const kind of ['beginning of a symbol', 'two words', 'reversed words', 'names by prefix', 'space']) {
      expect(share(scores, kind), kind).toBeGreaterThanOrEqual(0.95);
    }
    expect(share(scores, 'typo')).toBeGreaterThanOrEqual(0.9);
    // What is left out are mostly beginnings of other symbols and names (`car`, `sig`), which are rightly shown instead.
    expect(share(scores, 'typo in a ticker')).toBeGreaterThanOrEqual(0.85);
  });

  it('has what people ask for every day in the top three', () => {
    expect(share(score(set, search), 'everyday')).toBeGreaterThanOrEqual(0.95);
  });
});
