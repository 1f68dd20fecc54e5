import { describe, expect, it } from 'vitest';
import { Tape } from '../../pwa/chart/tape.ts';
import { decodeSnapshot, restore, snapshotOf } from '../../pwa/page/kept/snapshot.ts';
import type { PlacedTrade } from '../../src/protocol/candles.ts';

const START = Date.UTC(2026, 10, 24, 9);
const SYMBOL = 'BINANCE:BTCUSDT';
const trade = (seq: number): PlacedTrade => ({ t: START + seq * 400, p: 100 + seq, v: 1, flags: 0, epoch: 1, seq });

/** A tape that has candles of seconds and minutes, and every trade up to `seq`. */
function tapeUpTo(seq: number): Tape {
  const tape = new Tape(SYMBOL, START);
  for (const interval of ['1s', '1m'] as const) {
    tape.adopt(
      { interval, candles: [], gaps: [], through: { epoch: 1, seq: 0 }, tail: undefined, recordingSince: START },
      true,
      {},
    );
  }
  for (let i = 1; i <= seq; i += 1) tape.add([trade(i)]);
  return tape;
}
const candlesOf = (tape: Tape) => ['1s', '1m'].map((each) => tape.series(each as '1s')?.candles);

describe('what is kept of a tape', () => {
  it('is restored as it was, and goes on with the trade after it: as if nothing had been in between', () => {
    const before = tapeUpTo(10);
    // What a browser's store gives back is a copy.
    const kept = decodeSnapshot(structuredClone(snapshotOf(before, { epoch: 1, seq: 10 }, START + 5_000)));
    if (!kept) throw new Error('nothing kept');
    const after = new Tape(SYMBOL, START);
    restore(after, kept);
    expect(candlesOf(after)).toEqual(candlesOf(before));
    expect(after.last).toMatchObject({ t: trade(10).t, p: 110 });
    for (let i = 11; i <= 14; i += 1) for (const tape of [before, after]) tape.add([trade(i)]);
    expect(candlesOf(after)).toEqual(candlesOf(before));
    expect(after.stale).toEqual([]);
    expect(after.last?.p).toBe(114);
  });

  it('counts no trade twice that was fetched ahead of the stream', () => {
    const tape = tapeUpTo(3);
    const ahead = tapeUpTo(6);
    const series = ahead.series('1s');
    tape.adopt(
      {
        interval: '1s',
        candles: [...(series?.candles ?? [])],
        gaps: [],
        through: { epoch: 1, seq: 6 },
        tail: series?.newest,
        recordingSince: START,
      },
      true,
      {},
    );
    const kept = snapshotOf(tape, { epoch: 1, seq: 3 }, START);
    if (!kept) throw new Error('nothing kept');
    const after = new Tape(SYMBOL, START);
    restore(after, kept);
    for (let i = 4; i <= 8; i += 1) after.add([trade(i)]);
    expect(candlesOf(after)).toEqual(candlesOf(tapeUpTo(8)));
  });

  it('stands still at its moment until the time goes on', () => {
    const kept = snapshotOf(tapeUpTo(10), { epoch: 1, seq: 10 }, START + 5_000);
    if (!kept) throw new Error('nothing kept');
    const after = new Tape(SYMBOL, START);
    restore(after, kept);
    expect(after.clock.edge(START + 3_600_000, after.last?.t)).toBe(START + 5_000);
    after.clock.go();
    expect(after.clock.edge(START + 3_600_000, after.last?.t)).toBe(START + 3_600_000);
  });

  it('does not take the place of what has been fetched since', () => {
    const kept = snapshotOf(tapeUpTo(3), { epoch: 1, seq: 3 }, START);
    if (!kept) throw new Error('nothing kept');
    const newer = tapeUpTo(9);
    const before = candlesOf(newer);
    restore(newer, kept);
    expect(candlesOf(newer)).toEqual(before);
    expect(newer.last?.p).toBe(109);
  });

  it('is nothing while trades are missing', () => {
    const tape = tapeUpTo(5);
    tape.lose('lost');
    expect(snapshotOf(tape, { epoch: 1, seq: 5 }, START)).toBeUndefined();
  });

  it('is read with care: another version of the page may have written it', () => {
    expect(decodeSnapshot(undefined)).toBeUndefined();
    expect(decodeSnapshot({ at: 'today', histories: [] })).toBeUndefined();
    expect(decodeSnapshot({ at: 1, histories: [{}, null], last: 7, position: { epoch: 'a' }, breaks: [1] })).toEqual({
      at: 1,
      last: undefined,
      position: undefined,
      histories: [],
      breaks: [],
    });
  });
});
