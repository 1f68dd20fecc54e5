import { describe, expect, it } from 'vitest';
import { readFrame } from '../../src/protocol/batch.ts';
import { Gather } from '../../src/upstream/gather.ts';
import { asOpenSymbol, Numbering } from '../../src/upstream/numbering.ts';

/** Monday, 23 November 2026: regular hours in New York are 14:30 to 21:00 UTC. */
const WITHIN = Date.UTC(2026, 10, 23, 15);
const AFTER = Date.UTC(2026, 10, 23, 21, 10);

function gathered(symbol: string, trades: readonly (readonly [t: number, p: number, c: readonly string[] | null])[]) {
  const state = new Numbering(0).open(symbol, 0);
  const gather = new Gather();
  for (const [t, p, c] of trades) gather.add(state, { symbol, t, p, v: 1, c });
  const flush = gather.flush();
  if (!flush) throw new Error('nothing gathered');
  const { lastT, lastP } = readFrame(flush.index, 0);
  return { told: { t: lastT, p: lastP }, last: asOpenSymbol(state).last };
}

describe('the last price', () => {
  it('is that of the last trade that may be one', () => {
    const { told, last } = gathered('AAPL', [
      [WITHIN, 100, ['1']],
      [WITHIN + 1, 90, ['1', '12']],
    ]);
    expect(told).toEqual({ t: WITHIN, p: 100 });
    expect(last).toEqual(told);
  });

  it('is not that of a trade of extended hours that is reported within the regular ones', () => {
    const { told, last } = gathered('AAPL', [
      [WITHIN, 100, ['1']],
      [WITHIN + 1, 90, ['1', '24']],
      [WITHIN + 2, 91, ['1', '25']],
    ]);
    expect(told).toEqual({ t: WITHIN, p: 100 });
    expect(last).toEqual(told);
    expect(gathered('AAPL', [[WITHIN, 90, ['1', '24']]])).toEqual({
      told: { t: Number.NaN, p: Number.NaN },
      last: undefined,
    });
  });

  it('is that of extended hours in extended hours', () => {
    expect(gathered('AAPL', [[AFTER, 101, ['1', '24']]]).last).toEqual({ t: AFTER, p: 101 });
  });
});
