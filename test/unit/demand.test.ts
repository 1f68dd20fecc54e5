import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Demand } from '../../src/main/demand.ts';
import { createLog } from '../../src/runtime/log.ts';

const CAPACITY = 2;

let asked: string[];
let demand: Demand;

beforeEach(() => {
  asked = [];
  demand = new Demand(
    { capacity: CAPACITY, lingerMs: Number.POSITIVE_INFINITY, fairness: { isExempt: () => true } },
    { upstream: ({ type, symbol }) => asked.push(`${type} ${symbol}`), shard: () => undefined },
    createLog('fatal', 'test'),
  );
});

afterEach(() => demand.stop());

const join = (ref: number, symbol: string): void =>
  demand.join({ shard: 0, ref, symbol, address: '127.0.0.1', patient: true });

describe('what the upstream worker is asked for', () => {
  it('is nothing before it has started, and then all that is wanted', () => {
    join(1, 'AAPL');
    join(2, 'MSFT');
    demand.leave(0, 2);
    expect(asked).toEqual([]);
    demand.upstreamStarted(CAPACITY);
    expect(asked).toEqual(['subscribe AAPL', 'subscribe MSFT']);
  });

  it('is nothing between its crash and its new start, and then what is wanted by then', () => {
    demand.upstreamStarted(CAPACITY);
    join(1, 'AAPL');
    expect(asked.splice(0)).toEqual(['subscribe AAPL']);
    demand.upstreamGone();
    join(2, 'MSFT');
    expect(asked).toEqual([]);
    demand.upstreamStarted(CAPACITY);
    expect(asked).toEqual(['subscribe AAPL', 'subscribe MSFT']);
  });
});
