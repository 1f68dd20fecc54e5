import { describe, expect, it } from 'vitest';
import { type Contents, Tracker } from '../../bench/lib/tracker.ts';
import { riseOver } from '../../bench/lib/trend.ts';
import { encodeTrades } from '../support/frames.ts';

const encoder = new TextEncoder();

/** Gives a tracker what a server would send. */
function hear(tracker: Tracker, ...messages: readonly (object | string)[]): void {
  for (const message of messages) {
    const bytes = encoder.encode(typeof message === 'string' ? message : JSON.stringify(message));
    tracker.receive(bytes, 0, bytes.length);
  }
}

const subscribed = (seq: number, recovered: boolean, epoch = 100) => ({
  ...{ type: 'subscribed', symbol: 'A', id: 1, epoch, seq, recovered },
});
/** Trades numbered `from` to `to`; the time of each is its number, but for what `late` adds. */
const trades = (from: number, to: number, late = 0): string =>
  encodeTrades(
    1,
    from,
    Array.from({ length: to - from + 1 }, (_, i) => ({ symbol: 'A', t: from + i, p: 1, v: late, c: null })),
  );

describe('what holds the clients of a benchmark to every trade exactly once', () => {
  it('finds nothing wrong with a client that comes back and goes on', () => {
    const tracker = new Tracker(['A'], new Map());
    expect(tracker.subscribe()).toEqual(['{"type":"subscribe","symbol":"A"}']);
    hear(tracker, subscribed(5, false), trades(6, 8));
    expect(tracker.subscribe()).toEqual(['{"type":"subscribe","symbol":"A","since":{"epoch":100,"seq":8}}']);
    expect(tracker.answered).toBe(0);
    hear(tracker, subscribed(8, true), trades(9, 9), trades(10, 12));
    expect(tracker.answered).toBe(1);
    expect(tracker.faults).toEqual([]);
    expect(tracker.positions).toMatchObject([{ first: 5, seq: 12, trades: 7 }]);
  });

  it.each([
    ['a hole', [subscribed(0, false), trades(1, 2), trades(4, 4)]],
    ['a repeat', [subscribed(0, false), trades(1, 2), trades(2, 3)]],
    ['trades that nobody announced', [trades(1, 1)]],
    ['a gap', [subscribed(0, false), { type: 'gap', symbol: 'A', cause: 'overrun', from: 1, to: 2 }]],
    ['an error', [{ type: 'error', code: 'capacity', message: 'no', symbol: 'A' }]],
    ['what is no message', ['{"type":']],
  ])('sees %s', (_, messages) => {
    const tracker = new Tracker(['A']);
    tracker.subscribe();
    hear(tracker, ...messages);
    expect(tracker.faults).toHaveLength(1);
  });

  it('sees a client that is not brought back to where it was', () => {
    const tracker = new Tracker(['A']);
    tracker.subscribe();
    hear(tracker, subscribed(0, false), trades(1, 3));
    tracker.subscribe();
    hear(tracker, subscribed(4, true));
    expect(tracker.faults).toHaveLength(1);
  });

  it('sees another trade under a number than the others got', () => {
    const contents: Contents = new Map();
    const [one, other] = [new Tracker(['A'], contents), new Tracker(['A'], contents)];
    for (const tracker of [one, other]) {
      tracker.subscribe();
      hear(tracker, subscribed(0, false), trades(1, 2));
    }
    hear(one, trades(3, 3));
    hear(other, trades(3, 3, 7));
    expect([one.faults.length, other.faults.length]).toEqual([0, 1]);
  });

  it('counts a reset apart: what was left out is not received', () => {
    const tracker = new Tracker(['A']);
    tracker.subscribe();
    hear(tracker, subscribed(0, false), trades(1, 2));
    hear(
      tracker,
      subscribed(9, false),
      { type: 'reset', symbol: 'A', epoch: 100, seq: 9, reason: 'slow' },
      trades(10, 10),
    );
    expect(tracker.resets).toEqual(['slow']);
    expect(tracker.faults).toEqual([]);
    expect(tracker.positions).toMatchObject([{ first: 0, seq: 10, trades: 3 }]);
  });
});

describe('whether something grows', () => {
  it('is told by a line through all points, as a share of where it begins', () => {
    const at = (values: readonly number[]) => riseOver(values.map((y, x) => ({ x, y })));
    expect(at([100, 100, 100])).toBe(0);
    expect(at([100, 105, 110])).toBeCloseTo(0.1);
    expect(at([100, 110, 100, 110, 100]), 'not by the first and the last alone').toBeCloseTo(0);
    expect(at([])).toBeNaN();
  });
});
