import { describe, expect, it } from 'vitest';
import { stampOf } from '../../bench/lib/clock.ts';
import { countTrades } from '../../bench/lib/counting.ts';
import { answers } from '../../bench/lib/handshakes.ts';
import { sendTimes } from '../../bench/lib/latency.ts';
import type { Framing } from '../../bench/lib/messages.ts';

const SENT_US = 1_764_035_000_123_456;
const { t, v } = stampOf(SENT_US);
const trade = `{"c":["1","12"],"p":122.1,"s":"AAPL","t":${t},"v":${v}}`;

/** Two trades a frame, but for Socket.IO: an event is one. */
const FRAMES: Readonly<Record<Framing, { readonly text: string; readonly trades: number }>> = {
  tickcast: { text: `[7,1042,${t},[0,122.1,${v}],[0,122.2,${v},3]]`, trades: 2 },
  finnhub: { text: `{"data":[${trade},${trade}],"type":"trade"}`, trades: 2 },
  nchan: { text: `{"data":[${trade},${trade}],"type":"trade"}`, trades: 2 },
  'socket.io': { text: `42["trade",${trade}]`, trades: 1 },
};
const OTHERS: Readonly<Record<Framing, readonly string[]>> = {
  tickcast: ['{"type":"subscribed","symbol":"A","id":7,"epoch":1,"seq":2,"recovered":false,"last":{"t":1,"p":2}}'],
  finnhub: ['{"type":"ping"}', '{"type":"error","msg":"Invalid symbol A"}'],
  nchan: ['{"type":"ping"}'],
  'socket.io': ['0{"sid":"a","pingInterval":25000}', '40{"sid":"b"}', '2', ''],
};
const FRAMINGS = Object.keys(FRAMES) as Framing[];

function count(framing: Framing, text: string): number {
  // In the middle of something else, as frames lie in what a socket read.
  const bytes = Buffer.from(`[{42${text}[{`);
  return countTrades(framing, bytes, 4, bytes.length - 2);
}

describe("the benchmark's receiver", () => {
  it.each(FRAMINGS)('counts the trades of a frame of %s, and none in what is no trade', (framing) => {
    const { text, trades } = FRAMES[framing];
    expect(count(framing, text)).toBe(trades);
    for (const other of OTHERS[framing]) expect(count(framing, other), other).toBe(0);
  });

  it.each(FRAMINGS)('reads when each trade of a frame of %s was sent', (framing) => {
    const { text, trades } = FRAMES[framing];
    expect(sendTimes(framing, text)).toEqual(Array(trades).fill(SENT_US));
  });

  it('speaks as much of Socket.IO as it takes to get trades and to stay', () => {
    const ask = (text: string): readonly string[] => answers('socket.io', ['A', 'B'], text);
    expect(ask('0{"sid":"a"}')).toEqual(['40']);
    expect(ask('40{"sid":"b"}')).toEqual(['42["subscribe","A"]', '42["subscribe","B"]']);
    expect(ask('2')).toEqual(['3']);
  });
});
