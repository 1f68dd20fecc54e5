import { describe, expect, it } from 'vitest';
import { Positions } from '../../pwa/feed/positions.ts';
import type { Subscribed } from '../../src/protocol/wire.ts';

const subscribed = (epoch: number, seq: number, recovered = true): Subscribed => ({
  type: 'subscribed',
  symbol: 'AAPL',
  id: 7,
  epoch,
  seq,
  recovered,
});

/** Trades 1 to 3 of epoch 1 were told. */
function after3(): Positions {
  const positions = new Positions();
  positions.subscribed(subscribed(1, 0));
  positions.trades('AAPL', 1, 3);
  return positions;
}

describe('the position of a symbol', () => {
  it('is unknown before the first answer, then what was told last', () => {
    const positions = new Positions();
    expect(positions.of('AAPL')).toBeUndefined();
    positions.subscribed(subscribed(1, 40));
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 40 });
    positions.trades('AAPL', 1, 42);
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 42 });
  });

  it('is what the program brought, until the server says otherwise', () => {
    const positions = new Positions();
    positions.begin('AAPL', { epoch: 1, seq: 9 });
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 9 });
    positions.begin('AAPL', { epoch: 1, seq: 2 });
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 9 });
    positions.reset({ type: 'reset', symbol: 'AAPL', epoch: 2, seq: 5, reason: 'other-epoch' });
    expect(positions.of('AAPL')).toEqual({ epoch: 2, seq: 5 });
  });

  it('does not go back when the server repeats itself, and passes over the numbers a gap has lost', () => {
    const positions = after3();
    positions.subscribed(subscribed(1, 1));
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 3 });
    positions.gap('AAPL', 10);
    expect(positions.of('AAPL')).toEqual({ epoch: 1, seq: 9 });
  });

  it('can be forgotten', () => {
    const positions = after3();
    positions.forget('AAPL');
    expect(positions.of('AAPL')).toBeUndefined();
  });
});

describe('a jump of the numbers', () => {
  it('is none when trades follow one another, also over a reconnect', () => {
    const positions = after3();
    positions.subscribed(subscribed(1, 3));
    expect(positions.trades('AAPL', 1, 5)).toBe(false);
  });

  it('is explained by a gap before a new epoch, or by the reset after an answer that recovers nothing', () => {
    const restarted = after3();
    restarted.gap('AAPL', undefined);
    restarted.subscribed(subscribed(2, 0));
    expect(restarted.trades('AAPL', 2, 1)).toBe(false);
    const reset = after3();
    reset.subscribed(subscribed(2, 40, false));
    reset.reset({ type: 'reset', symbol: 'AAPL', epoch: 2, seq: 40, reason: 'other-epoch' });
    expect(reset.trades('AAPL', 2, 41)).toBe(false);
  });

  it('that nobody explained is noticed, once', () => {
    const epoch = after3();
    epoch.subscribed(subscribed(2, 0));
    expect(epoch.trades('AAPL', 2, 1)).toBe(true);
    expect(epoch.trades('AAPL', 2, 2)).toBe(false);
    const numbers = after3();
    numbers.subscribed(subscribed(1, 30));
    expect(numbers.trades('AAPL', 1, 31)).toBe(true);
  });

  it('of an answer that recovers nothing is not excused by a gap before it', () => {
    const positions = after3();
    positions.gap('AAPL', undefined);
    positions.subscribed(subscribed(2, 40, false));
    expect(positions.trades('AAPL', 2, 41)).toBe(true);
  });
});
