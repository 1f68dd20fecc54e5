import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeedNote, Subscriptions } from '../../pwa/feed/subscriptions.ts';
import type { BarsFrame } from '../../src/protocol/bars.ts';
import type { FrameTrade, TradesFrame } from '../../src/protocol/frame.ts';
import type { ClientMessage, Subscribed } from '../../src/protocol/wire.ts';

const trade = (seq: number): FrameTrade => ({ t: 1000 + seq, p: seq, v: 1, flags: 0 });

/** A frame of the trades numbered `first` to `last`; a trade's price is its number. */
function frame(id: number, first: number, last: number): TradesFrame {
  const trades = Array.from({ length: last - first + 1 }, (_, i) => trade(first + i));
  return { type: 'trades', id, seq: first, trades };
}

/** Bars of the trades numbered `first` to `last`. */
const barsOf = (id: number, first: number, last: number): BarsFrame => ({
  ...{ type: 'bars', id, seq: first, count: last - first + 1, bars: [] },
});

const subscribed = (over: Partial<Subscribed> = {}): Subscribed => ({
  type: 'subscribed',
  symbol: 'AAPL',
  id: 7,
  epoch: 1,
  seq: 0,
  recovered: true,
  ...over,
});

function following(): Subscriptions {
  const feed = new Subscriptions();
  feed.watch('AAPL');
  feed.receive(subscribed());
  return feed;
}

const pricesOf = (notes: readonly FeedNote[]): number[] =>
  notes.flatMap((note) => (note.type === 'trades' ? note.trades.map((t) => t.p) : []));

describe('following a symbol', () => {
  it('hands on what is new, in order, and skips what it has', () => {
    const feed = following();
    expect(pricesOf(feed.receive(frame(7, 1, 3)).notes)).toEqual([1, 2, 3]);
    expect(pricesOf(feed.receive(frame(7, 2, 5)).notes)).toEqual([4, 5]);
    expect(feed.receive(frame(7, 1, 5)).notes).toEqual([]);
  });

  it('asks again where it left when numbers are missing, and takes nothing until the answer', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    const hole = feed.receive(frame(7, 5, 6));
    expect(hole.notes).toEqual([]);
    expect(hole.send).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 3 } }]);
    expect(feed.receive(frame(7, 7, 8))).toEqual({ notes: [], send: [] });
    feed.receive(subscribed({ seq: 3 }));
    expect(pricesOf(feed.receive(frame(7, 4, 8)).notes)).toEqual([4, 5, 6, 7, 8]);
  });

  it('begins anew where it is told to, whatever it had, and takes nothing of before', () => {
    const feed = following();
    feed.receive(frame(7, 1, 9));
    const since = { epoch: 1, seq: 4 };
    expect(feed.restart('AAPL', since)).toEqual([{ type: 'subscribe', symbol: 'AAPL', since }]);
    expect(feed.receive(frame(7, 10, 12))).toEqual({ notes: [], send: [] });
    feed.receive(subscribed({ seq: 4 }));
    expect(pricesOf(feed.receive(frame(7, 5, 12)).notes)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(feed.restart('AAPL', undefined, '1hz')).toEqual([{ type: 'subscribe', symbol: 'AAPL', rate: '1hz' }]);
  });

  it('asks for what it wants in full before the rest, for which slots may be short', () => {
    const feed = new Subscriptions();
    feed.watch('MSFT', undefined, '1hz');
    feed.watch('AAPL');
    expect(feed.again().map((message) => 'symbol' in message && message.symbol)).toEqual(['AAPL', 'MSFT']);
  });

  it('goes on from where it was after a reconnect, without a break', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    expect(feed.again()).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 3 } }]);
    const { notes } = feed.receive(subscribed({ id: 9, seq: 3 }));
    expect(notes.map((note) => note.type)).toEqual(['served']);
    expect(pricesOf(feed.receive(frame(9, 4, 4)).notes)).toEqual([4]);
  });

  it('breaks the line when the server goes on somewhere else without a word', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    feed.again();
    expect(feed.receive(subscribed({ seq: 9 })).notes.map((note) => note.type)).toEqual(['broken', 'served']);
    feed.again();
    expect(feed.receive(subscribed({ epoch: 2, seq: 0 })).notes.map((note) => note.type)).toEqual(['broken', 'served']);
  });

  it('starts anew at a reset', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    const reset = { type: 'reset', symbol: 'AAPL', epoch: 1, seq: 40, reason: 'slow' } as const;
    expect(feed.receive(reset).notes).toEqual([{ type: 'broken', symbol: 'AAPL', lost: true }]);
    expect(pricesOf(feed.receive(frame(7, 41, 42)).notes)).toEqual([41, 42]);
  });

  it('passes on a gap with its cause in words', () => {
    const gap = { type: 'gap', symbol: 'AAPL', cause: 'upstream', from: 5, to: 9 } as const;
    expect(following().receive(gap).notes).toEqual([
      { type: 'gap', symbol: 'AAPL', from: 5, to: 9, label: 'Finnhub was down' },
    ]);
  });

  it('goes on behind a gap in which numbers were lost, and takes it for no hole', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    const gap = { type: 'gap', symbol: 'AAPL', cause: 'overrun', from: 5, to: 9, fromSeq: 3, toSeq: 20 } as const;
    feed.receive(gap);
    const { notes, send } = feed.receive(frame(7, 20, 21));
    expect([pricesOf(notes), send]).toEqual([[20, 21], []]);
    expect(feed.receive(frame(7, 23, 23)).send, 'a hole is one still').toHaveLength(1);
  });

  it('is not set back by a gap that is told again', () => {
    const feed = following();
    feed.receive(frame(7, 1, 9));
    feed.receive({ type: 'gap', symbol: 'AAPL', cause: 'upstream', from: 5, to: 9, fromSeq: 3, toSeq: 4 });
    expect(pricesOf(feed.receive(frame(7, 8, 10)).notes)).toEqual([10]);
  });

  it('can begin where the history ends, and says which trades are new', () => {
    const feed = new Subscriptions();
    const since = { epoch: 5, seq: 3 };
    expect(feed.watch('AAPL', since)).toEqual([{ type: 'subscribe', symbol: 'AAPL', since }]);
    expect(feed.receive(subscribed({ epoch: 5, seq: 3 })).notes.map((note) => note.type)).toEqual(['served']);
    expect(feed.receive(frame(7, 2, 5)).notes).toMatchObject([{ type: 'trades', epoch: 5, seq: 4 }]);
  });

  it('goes on from where it is, whatever the history says, where it was followed before', () => {
    const feed = following();
    feed.receive(frame(7, 1, 9));
    feed.leave('AAPL');
    const since = { epoch: 1, seq: 9 };
    expect(feed.watch('AAPL', { epoch: 1, seq: 3 })).toEqual([{ type: 'subscribe', symbol: 'AAPL', since }]);
  });

  it('asks again for a symbol whose id stands for another one now, and loses no trade of either', () => {
    const feed = following();
    feed.receive(frame(7, 1, 9));
    feed.watch('MSFT');
    const taken = feed.receive(subscribed({ symbol: 'MSFT', epoch: 2 }));
    expect(taken.send).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 9 } }]);
    expect(feed.receive(frame(7, 1, 2)).notes).toMatchObject([{ type: 'trades', symbol: 'MSFT', seq: 1 }]);
    feed.receive(subscribed({ id: 8, epoch: 2 }));
    expect(feed.receive(frame(8, 1, 1)).notes).toMatchObject([{ type: 'trades', symbol: 'AAPL', seq: 1 }]);
  });

  it('shows the last price of a first subscription, but not of a resumed one', () => {
    const feed = new Subscriptions();
    feed.watch('AAPL');
    const last = { t: 5, p: 6 };
    expect(feed.receive(subscribed({ last })).notes).toEqual([{ type: 'served', symbol: 'AAPL', last }]);
    feed.again();
    expect(feed.receive(subscribed({ last })).notes).toEqual([{ type: 'served', symbol: 'AAPL', last: undefined }]);
  });

  it('ignores what still comes for a symbol that was left, and resumes it later', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    expect(feed.leave('AAPL')).toEqual([{ type: 'unsubscribe', symbol: 'AAPL' }]);
    expect(feed.leave('AAPL')).toEqual([]);
    expect(feed.receive(frame(7, 4, 5)).notes).toEqual([]);
    expect(feed.receive({ type: 'waiting', symbol: 'AAPL', position: 1 }).notes).toEqual([]);
    expect(feed.watch('AAPL')).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 3 } }]);
  });

  it('forgets how far it was when the page has dropped what it had', () => {
    const feed = following();
    feed.leave('AAPL');
    feed.forget('AAPL');
    expect(feed.watch('AAPL')).toEqual([{ type: 'subscribe', symbol: 'AAPL' }]);
  });

  it('probes only with what is being sent: a symbol that waits for a slot may stay unanswered', () => {
    const feed = new Subscriptions();
    feed.watch('AAPL');
    feed.receive({ type: 'waiting', symbol: 'AAPL', position: 2 });
    expect([feed.isServed, feed.probe()]).toEqual([false, []]);
    feed.receive(subscribed({ seq: 4 }));
    expect(feed.isServed).toBe(true);
    expect(feed.probe()).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 4 } }]);
  });

  it('tells refusals about its symbols, and that a token is needed', () => {
    const feed = following();
    const error = { type: 'error', code: 'capacity', message: 'x', symbol: 'AAPL' } as const;
    expect(feed.receive(error).notes).toEqual([{ type: 'refused', symbol: 'AAPL', code: 'capacity' }]);
    expect(feed.receive({ ...error, symbol: 'MSFT' }).notes).toEqual([]);
    expect(feed.receive({ type: 'error', code: 'unauthorized', message: 'x' }).notes).toEqual([{ type: 'locked' }]);
  });
});

describe('following a symbol by its bars', () => {
  const since = (seq: number) => ({ epoch: 1, seq });

  it('asks for them at the rate that was named, also when it asks again', () => {
    const feed = new Subscriptions();
    expect(feed.watch('AAPL', undefined, '1hz')).toEqual([{ type: 'subscribe', symbol: 'AAPL', rate: '1hz' }]);
    feed.receive(subscribed({ seq: 4 }));
    expect(feed.again()).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: since(4), rate: '1hz' }]);
  });

  it('hands on those that begin with the next number, and skips those that it has', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    const bars = { type: 'bars', symbol: 'AAPL', epoch: 1, seq: 4, last: 9, bars: [] };
    expect(feed.receive(barsOf(7, 4, 9))).toEqual({ notes: [bars], send: [] });
    expect(feed.receive(barsOf(7, 4, 9))).toEqual({ notes: [], send: [] });
    expect(feed.receive(barsOf(8, 10, 11)), 'of nothing that it follows').toEqual({ notes: [], send: [] });
    expect(pricesOf(feed.receive(frame(7, 10, 10)).notes)).toEqual([10]);
  });

  it.each([
    { name: 'numbers are missing before them', first: 5 },
    { name: 'it has some of their trades', first: 3 },
  ])('asks again from where it is where $name', ({ first }) => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    const asked = [{ type: 'subscribe', symbol: 'AAPL', since: since(3) }];
    expect(feed.receive(barsOf(7, first, 9))).toEqual({ notes: [], send: asked });
    expect(feed.receive(barsOf(7, 4, 9)), 'nothing is taken until the answer').toEqual({ notes: [], send: [] });
  });

  it('goes on from where it is at another rate', () => {
    const feed = following();
    feed.receive(frame(7, 1, 3));
    expect(feed.watch('AAPL', since(1), '1hz')).toEqual([
      { type: 'subscribe', symbol: 'AAPL', since: since(3), rate: '1hz' },
    ]);
    expect(feed.watch('AAPL', undefined, '1hz')).toEqual([]);
    feed.receive(subscribed({ seq: 3 }));
    feed.receive(barsOf(7, 4, 9));
    expect(feed.watch('AAPL')).toEqual([{ type: 'subscribe', symbol: 'AAPL', since: since(9) }]);
  });
});

describe('whatever is lost on the way', () => {
  /** A server that has `total` trades, answers `since` truthfully, and whose frames may be lost. */
  const step = fc.record({ size: fc.integer({ min: 1, max: 4 }), lost: fc.boolean(), inBars: fc.boolean() });

  it('never leaves a hole that nobody noticed', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const feed = new Subscriptions();
        const got: number[] = [];
        let total = 0;
        const take = (notes: readonly FeedNote[]): void => {
          got.push(...pricesOf(notes));
          for (const note of notes)
            if (note.type === 'bars') for (let n = note.seq; n <= note.last; n += 1) got.push(n);
          expect(notes.some((note) => note.type === 'broken')).toBe(false);
        };
        const answer = (messages: readonly ClientMessage[]): void => {
          for (const message of messages) {
            if (message.type !== 'subscribe') continue;
            const seq = message.since?.seq ?? 0;
            take(feed.receive(subscribed({ seq })).notes);
            if (seq < total) take(feed.receive(frame(7, seq + 1, total)).notes);
          }
        };
        answer(feed.watch('AAPL'));
        for (const { size, lost, inBars } of steps) {
          const first = total + 1;
          total += size;
          if (lost) continue;
          const { notes, send } = feed.receive(inBars ? barsOf(7, first, total) : frame(7, first, total));
          take(notes);
          answer(send);
        }
        answer(feed.again());
        expect(got).toEqual(Array.from({ length: total }, (_, i) => i + 1));
      }),
    );
  });
});
