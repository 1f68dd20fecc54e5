import { describe, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import type { FeedMessage, OpenSymbol } from '../../src/protocol/feed-messages.ts';
import type { Trade } from '../../src/protocol/trade.ts';
import { Gather } from '../../src/upstream/gather.ts';
import { Numbering } from '../../src/upstream/numbering.ts';
import { Held } from '../../src/workers/recorder/held.ts';
import { Intake } from '../../src/workers/recorder/intake.ts';
import type { Known, TapeEvent, TradeEvent } from '../../src/workers/recorder/rows.ts';

const STATUS = { upstream: 'live', since: 0 } as const;
const opened = (symbol: string, id: number, seq: number): OpenSymbol => ({
  symbol,
  id: asSymbolId(id),
  seq: asSeq(seq),
});
const snapshot = (
  epoch: number,
  open: OpenSymbol[] = [],
  lost: Extract<FeedMessage, { type: 'snapshot' }>['lost'] = [],
) => ({ type: 'snapshot', epoch: asEpoch(epoch), open, lost, status: STATUS }) satisfies FeedMessage;
const gapsOf = (events: readonly TapeEvent[]) => events.filter((event) => event.kind === 'gap');

function intake(known: Readonly<Record<string, Known>> = {}, seen: readonly string[] = []): Intake {
  return new Intake({ known: (symbol) => known[symbol], seenIn: () => seen });
}

/** A batch as the upstream worker makes it. The symbol's id is 1. */
function batchOf(trades: readonly Trade[], before = 0): Extract<FeedMessage, { type: 'batch' }> {
  const numbering = new Numbering(0);
  const gather = new Gather();
  const state = numbering.open(trades[0]?.symbol ?? '', 0);
  state.seq = asSeq(before);
  for (const trade of trades) gather.add(state, trade);
  const flush = gather.flush();
  if (!flush) throw new Error('nothing gathered');
  return { type: 'batch', ack: false, number: 1, bytes: flush.bytes, index: flush.index };
}

describe('the intake', () => {
  it('takes every trade as Finnhub sent it, with its number', () => {
    const taker = intake();
    taker.receive(snapshot(1_000, [opened('AAPL', 1, 0)]), 2_000);
    const trades: Trade[] = [
      { symbol: 'AAPL', t: 5, p: 1.5, v: 0, c: undefined },
      { symbol: 'AAPL', t: 4, p: 1e-7, v: 2, c: null },
      { symbol: 'AAPL', t: 4, p: 3, v: 2.5, c: [] },
      { symbol: 'AAPL', t: 9, p: 4, v: 1, c: ['1', '12'] },
    ];
    const events = taker.receive(batchOf(trades), 3_000);
    expect(events).toEqual([
      ...trades.map(({ symbol, t, p, v }, i) => ({
        ...{ kind: 'trade', symbol, epoch: 1_000, seq: i + 1, t, p, v },
        ...{ c: ['', 'null', '[]', '["1","12"]'][i], flags: i === 3 ? 3 : 0 },
      })),
      { kind: 'heard', epoch: 1_000, at: 3_000 },
    ]);
    expect(taker.position('AAPL')).toEqual({ epoch: 1_000, seq: 4 });
  });

  it('tells what lies between two epochs: from when the feed was last heard, or the symbol no longer watched', () => {
    const watched: Known = { epoch: 500, seq: 7, heard: 900, tradedAt: 650, missing: undefined };
    const left: Known = { ...watched, seq: 3, missing: { from: 700, cause: 'unwatched' } };
    const taker = intake({ AAPL: watched, MSFT: left });
    const events = taker.receive(snapshot(1_000, [opened('AAPL', 1, 0), opened('MSFT', 2, 0)]), 2_000);
    const common = { kind: 'gap', epoch: 500, to: 2_000, toSeq: undefined };
    expect(gapsOf(events)).toEqual([
      { ...common, symbol: 'AAPL', seq: 7, cause: 'restart', from: 900 },
      { ...common, symbol: 'MSFT', seq: 3, cause: 'unwatched', from: 700 },
    ]);
  });

  it('begins no gap before a trade that was seen, whatever the clocks of the exchange and of this machine say', () => {
    const known = { epoch: 500, seq: 7, heard: 900, missing: undefined };
    const from = (tradedAt: number | undefined) => {
      const events = intake({ AAPL: { ...known, tradedAt } }).receive(snapshot(1_000, [opened('AAPL', 1, 0)]), 2_000);
      return gapsOf(events)[0]?.from;
    };
    expect(from(1_400), 'written after the feed was last noted as heard').toBe(1_400);
    expect(from(undefined)).toBe(900);
    expect(from(2_000), 'a time that has not come').toBe(900);

    const taker = intake();
    taker.receive(snapshot(1_000, [opened('AAPL', 1, 0)]), 2_000);
    taker.receive(batchOf([{ symbol: 'AAPL', t: 2_700, p: 1, v: 1, c: null }]), 2_500);
    const events = taker.receive(snapshot(3_000, [opened('AAPL', 1, 0)]), 4_000);
    expect(gapsOf(events)).toMatchObject([{ epoch: 1_000, seq: 1, cause: 'restart', from: 2_700, to: 4_000 }]);
  });

  it('tells the numbers it was not sent since it did not keep up, or was started again', () => {
    const taker = intake();
    taker.receive(snapshot(1_000, [opened('AAPL', 1, 0)]), 2_000);
    taker.receive(batchOf([{ symbol: 'AAPL', t: 5, p: 1, v: 1, c: null }]), 2_500);
    const lost = [{ symbol: 'AAPL', from: 2, to: 9 }];
    const events = taker.receive(snapshot(1_000, [opened('AAPL', 1, 9)], lost), 4_000);
    const gap = {
      kind: 'gap',
      symbol: 'AAPL',
      epoch: 1_000,
      seq: 1,
      cause: 'overrun',
      from: 2_500,
      to: 4_000,
      toSeq: 10,
    };
    expect(gapsOf(events)).toEqual([gap]);

    const again = intake({ AAPL: { epoch: 1_000, seq: 9, heard: 4_000, tradedAt: 5, missing: undefined } });
    const restarted = again.receive(snapshot(1_000, [opened('AAPL', 1, 20)]), 6_000);
    expect(gapsOf(restarted)).toEqual([{ ...gap, seq: 9, from: 4_000, to: 6_000, toSeq: 21 }]);
  });

  it('notes that a symbol is not seen any more also where it was closed while no recorder was there', () => {
    const file = { AAPL: { epoch: 1_000, seq: 9, heard: 4_000, tradedAt: 3_900, missing: undefined } };
    const taker = intake(file, ['AAPL', 'MSFT']);
    const events = taker.receive(snapshot(1_000, [opened('MSFT', 2, 0)]), 6_000);
    expect(events.filter((event) => event.kind === 'symbol')).toMatchObject([
      { symbol: 'AAPL', missing: { from: 4_000, cause: 'unwatched' } },
      { symbol: 'MSFT', missing: undefined },
    ]);
    const later = taker.receive(snapshot(1_000, [opened('MSFT', 2, 0)]), 7_000);
    expect(later.filter((event) => event.kind === 'symbol')).toMatchObject([{ symbol: 'MSFT' }]);
  });

  it('asks the file again for symbols that came and went without a trade: whoever makes many up fills no memory', () => {
    const asked: string[] = [];
    const known = (symbol: string): undefined => {
      asked.push(symbol);
    };
    const taker = new Intake({ known, seenIn: () => [] }, 10);
    const come = (symbol: string, id: number): void => {
      taker.receive({ type: 'open', open: opened(symbol, id, 0) }, 2_000);
    };
    taker.receive(snapshot(1_000), 2_000);
    come('TRADED', 1);
    taker.receive(batchOf([{ symbol: 'TRADED', t: 5, p: 1, v: 1, c: null }]), 2_000);
    taker.receive({ type: 'close', symbol: 'TRADED' }, 2_000);
    for (let i = 0; i < 50; i += 1) {
      come(`MADE${i}`, i + 2);
      taker.receive({ type: 'close', symbol: `MADE${i}` }, 2_000);
    }
    asked.length = 0;
    for (const symbol of ['TRADED', 'MADE0', 'MADE49']) come(symbol, 1);
    expect(asked).toContain('MADE0');
    expect(asked).not.toContain('TRADED');
    expect(asked).not.toContain('MADE49');
  });

  it('notes when a symbol is not seen any more, and tells the gap when it is', () => {
    const taker = intake();
    taker.receive(snapshot(1_000, [opened('AAPL', 1, 0)]), 2_000);
    const closed = taker.receive({ type: 'close', symbol: 'AAPL' }, 3_000);
    expect(closed).toMatchObject([{ kind: 'symbol', missing: { from: 3_000, cause: 'unwatched' } }]);
    const gap = { cause: 'unwatched', from: 3_000, to: 5_000, fromSeq: 0, toSeq: 1 } as const;
    const events = taker.receive({ type: 'open', open: opened('AAPL', 1, 0), gap }, 5_000);
    expect(events).toMatchObject([
      { kind: 'symbol', missing: undefined },
      { kind: 'gap', epoch: 1_000, seq: 0, from: 3_000, to: 5_000, toSeq: 1, cause: 'unwatched' },
    ]);
  });
});

describe('what is held', () => {
  const trade = (seq: number, symbol = 'AAPL', epoch = 1): TradeEvent => ({
    ...{ kind: 'trade', symbol, epoch, seq, t: seq, p: 1, v: 1, c: '', flags: 0 },
  });
  const seqs = (events: readonly TapeEvent[]) => events.flatMap((event) => ('seq' in event ? [event.seq] : []));

  it('stays until it is written, in order', () => {
    const held = new Held(10, 10);
    held.push([trade(1), trade(2), trade(3)], 0);
    const first = held.next(2);
    expect(seqs(first)).toEqual([1, 2]);
    expect(held.next(2)).toEqual(first);
    held.done(first);
    expect(seqs(held.next(9))).toEqual([3]);
    held.done(held.next(9));
    expect(held.isEmpty).toBe(true);
  });

  it('says that the feed was heard only once everything before it is written: a gap after a crash begins there', () => {
    const held = new Held(10, 10);
    held.push([trade(1), trade(2), trade(3), { kind: 'heard', epoch: 1, at: 5 }], 0);
    expect(held.next(2).map(({ kind }) => kind)).toEqual(['trade', 'trade']);
    held.done(held.next(2));
    expect(held.next(2).map(({ kind }) => kind)).toEqual(['trade', 'heard']);
  });

  it('is bounded: what comes beyond is one gap in its place', () => {
    const held = new Held(2, 10);
    held.push([trade(1), trade(2), trade(3)], 100);
    held.push([trade(4)], 200);
    expect(held.lostTrades).toBe(2);
    expect(held.of('AAPL').gaps).toMatchObject([{ seq: 2, toSeq: 5, cause: 'overrun' }]);
    held.done(held.next(1));
    held.push([trade(5)], 300);
    const events = held.next(9);
    expect(events.map(({ kind }) => kind)).toEqual(['trade', 'gap', 'trade']);
    expect(events[1]).toMatchObject({ seq: 2, toSeq: 5, from: 99, to: 200 });
    expect(held.of('AAPL').trades.map(({ seq }) => seq)).toEqual([2, 5]);
  });

  it('tells the gap also where no trade comes after it', () => {
    const held = new Held(1, 10);
    held.push([trade(1), trade(2)], 100);
    held.done(held.next(9));
    const events = held.next(9);
    expect(events).toMatchObject([{ kind: 'gap', seq: 1, toSeq: 3 }]);
    held.done(events);
    expect(held.isEmpty).toBe(true);
  });

  it('holds a bounded number of other things: gaps beyond it are told as one', () => {
    const held = new Held(10, 1);
    const gap = (seq: number): TapeEvent => ({
      ...{ kind: 'gap', symbol: 'AAPL', epoch: 1, seq, cause: 'upstream', from: seq, to: seq + 10, toSeq: seq + 1 },
    });
    held.push([gap(1), gap(2), gap(3)], 0);
    held.done(held.next(1));
    expect(held.next(9)).toMatchObject([{ kind: 'gap', seq: 2, from: 2, to: 13, cause: 'overrun' }]);
  });

  it('tells numbers that a gap beyond the bound speaks of', () => {
    const held = new Held(1, 0);
    held.push([trade(1), trade(2)], 100);
    held.push([{ kind: 'gap', symbol: 'AAPL', epoch: 1, seq: 2, cause: 'overrun', from: 90, to: 200, toSeq: 9 }], 200);
    expect(held.of('AAPL').gaps).toMatchObject([{ seq: 1, toSeq: 9, to: 200 }]);
  });

  it('keeps the gaps of two epochs apart', () => {
    const held = new Held(1, 10);
    held.push([trade(1), trade(2), trade(1, 'AAPL', 2)], 100);
    held.done(held.next(1));
    const gaps = held.next(9).filter(({ kind }) => kind === 'gap');
    expect(gaps).toMatchObject([
      { epoch: 1, seq: 1, toSeq: 3 },
      { epoch: 2, seq: 0, toSeq: 2 },
    ]);
  });
});
