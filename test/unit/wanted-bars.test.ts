import { describe, expect, it } from 'vitest';
import { WantedBars } from '../../src/main/wanted-bars.ts';
import type { BarsDemand } from '../../src/protocol/threads.ts';

const bars = (symbol: string, isWanted: boolean, rate: BarsDemand['rate'] = '1hz'): BarsDemand => ({
  type: 'bars',
  symbol,
  rate,
  isWanted,
});

describe('the bars that shards want', () => {
  it('are told upstream of the first, and after the last, each rate by itself', () => {
    const wanted = new WantedBars();
    expect(wanted.tell(0, bars('A', true))).toEqual(bars('A', true));
    expect(wanted.tell(1, bars('A', true))).toBeUndefined();
    expect(wanted.tell(1, bars('A', true, '4hz'))).toEqual(bars('A', true, '4hz'));
    expect(wanted.tell(0, bars('A', false))).toBeUndefined();
    expect(wanted.tell(0, bars('A', false)), 'said twice').toBeUndefined();
    expect(wanted.tell(1, bars('A', false))).toEqual(bars('A', false));
    expect(wanted.tell(1, bars('A', false, '4hz'))).toEqual(bars('A', false, '4hz'));
    expect(wanted.all()).toEqual([]);
  });

  it('are all told again to an upstream worker that was started anew', () => {
    const wanted = new WantedBars();
    wanted.tell(0, bars('A', true));
    wanted.tell(1, bars('B', true, '4hz'));
    wanted.tell(1, bars('C', true));
    wanted.tell(1, bars('C', false));
    expect(wanted.all()).toEqual([bars('A', true), bars('B', true, '4hz')]);
  });

  it('of a shard that has ended are wanted no more, unless another one wants them', () => {
    const wanted = new WantedBars();
    wanted.tell(0, bars('A', true));
    wanted.tell(0, bars('B', true));
    wanted.tell(1, bars('B', true));
    expect(wanted.shardGone(0)).toEqual([bars('A', false)]);
    expect(wanted.shardGone(0)).toEqual([]);
    expect(wanted.all()).toEqual([bars('B', true)]);
  });
});
