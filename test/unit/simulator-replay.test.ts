import { describe, expect, it } from 'vitest';
import { parseReplay, Replay } from '../../src/upstream/simulator/replay.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';

const FILE = 'trades-binance-ethusdt-2023-02-02.csv';
const CSV = 'symbol,t_ms,price,volume\nA,1000,1.5,2\nB,1000,9,0\nA,1000,1.25,1\nA,3000,1.75,3\n';
const ALL = Number.POSITIVE_INFINITY;

function trades(text = CSV) {
  const parsed = parseReplay(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.trades;
}

describe('reading a recording', () => {
  it('keeps every trade, its order and its exact numbers', () => {
    expect(trades()).toEqual([
      { symbol: 'A', t: 1000, p: 1.5, v: 2, c: null },
      { symbol: 'B', t: 1000, p: 9, v: 0, c: null },
      { symbol: 'A', t: 1000, p: 1.25, v: 1, c: null },
      { symbol: 'A', t: 3000, p: 1.75, v: 3, c: null },
    ]);
  });

  it('does without a header and with Windows line ends', () => {
    expect(trades('\uFEFFA,1,2,3\r\nIC MARKETS:1,2,3,4\r\n')).toHaveLength(2);
  });

  it.each(['A,1000,1.5', 'A,1000,0,1', 'A,1000,1,-1', 'A,x,1,1', 'A,1.5,1,1', ',1,1,1', 'A,1,1,1,1', 'A,1,NaN,1'])(
    'names the line that is none: %s',
    (line) => {
      expect(parseReplay(`A,1,1,1\n${line}\n`)).toEqual({
        ok: false,
        reason: 'line 2 is not symbol,t_ms,price,volume',
      });
    },
  );

  it('says when there is nothing in it', () => {
    expect(parseReplay('symbol,t_ms,price,volume\n').ok).toBe(false);
  });

  it.skipIf(!hasSharedData(FILE))('reads a real one (skipped without ../shared/data)', () => {
    const real = trades(readSharedData(FILE));
    expect(real).toHaveLength(1000);
    expect(real[0]).toEqual({ symbol: 'BINANCE:ETHUSDT', t: 1675329600138, p: 1666.8, v: 26.062, c: null });
  });
});

describe('replaying', () => {
  it('starts each symbol when it is first asked for, and plays it at its own pace', () => {
    const replay = new Replay({ trades: trades(), speed: 2, rebase: false });
    expect(replay.due(0, ALL)).toEqual([]);
    replay.start('A', 50_000);
    expect(replay.due(50_000, ALL).map((trade) => trade.p)).toEqual([1.5, 1.25]);
    expect(replay.due(50_999, ALL)).toEqual([]);
    expect(replay.due(51_000, ALL).map((trade) => trade.t)).toEqual([3000]);
    expect(replay.running).toBe(false);
    replay.start('B', 60_000);
    expect(replay.running).toBe(true);
    expect(replay.due(60_000, ALL)).toHaveLength(1);
  });

  it('plays once, until it is started over', () => {
    const replay = new Replay({ trades: trades(), speed: 0, rebase: false });
    replay.start('A', 0);
    expect(replay.due(0, ALL)).toHaveLength(3);
    replay.start('A', 1);
    expect(replay.due(1, ALL)).toEqual([]);
    replay.restart(['A'], 2);
    expect(replay.due(2, ALL)).toHaveLength(3);
  });

  it('without a speed gives everything as fast as it is asked', () => {
    const replay = new Replay({ trades: trades(), speed: 0, rebase: false });
    replay.start('A', 0);
    expect(replay.due(0, 2)).toHaveLength(2);
    expect(replay.running).toBe(true);
    expect(replay.due(0, 2)).toHaveLength(1);
  });

  it('moves the times to now where asked', () => {
    const paced = new Replay({ trades: trades(), speed: 2, rebase: true });
    paced.start('A', 50_000);
    expect(paced.due(51_000, ALL).map((trade) => trade.t)).toEqual([50_000, 50_000, 51_000]);
    const unpaced = new Replay({ trades: trades(), speed: 0, rebase: true });
    unpaced.start('A', 50_000);
    expect(unpaced.due(50_000, ALL).map((trade) => trade.t)).toEqual([48_000, 48_000, 50_000]);
  });
});
