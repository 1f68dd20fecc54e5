import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SentTrades } from '../../bench/lib/sent-trades.ts';
import { startSlowLink } from '../../bench/lib/slow-link.ts';

const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const SYMBOL = 'BINANCE:BTCUSDT';
const subscribed = (symbol: string, id: number): string =>
  JSON.stringify({ type: 'subscribed', symbol, id, epoch: 1, seq: 0, recovered: false });

/** A text frame as a server sends it. */
function frame(text: string): Buffer {
  const { length } = text;
  const head = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), Buffer.from(text)]);
}

describe('what the benchmark sees go to the page', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts a trade as shown once its price or that of a later one is, and not one of another symbol', () => {
    vi.useFakeTimers();
    const sent = new SentTrades(SYMBOL);
    const see = sent.watch();
    vi.setSystemTime(1_000);
    see(Buffer.from(HEAD));
    see(frame(subscribed(SYMBOL, 7)));
    see(frame(subscribed('AAPL', 8)));
    see(frame('[7,1,1000,[0,100.5,1],[1,100.6,1]]'));
    vi.setSystemTime(1_020);
    see(frame('[7,3,1020,[0,100.7,1]]'));
    see(frame('[8,1,1020,[0,100.8,1]]'));
    const shown = [
      { at: 1_010, price: 100.6 },
      { at: 1_015, price: 100.8 },
      { at: 1_050, price: 100.7 },
    ];
    expect(sent.count(0, 2_000)).toBe(3);
    expect(sent.delays(shown, 0, 2_000)).toEqual([10, 10, 30]);
    expect(sent.delays(shown, 1_010, 2_000)).toEqual([30]);
  });

  it('does not take a price for shown before its trade was sent', () => {
    vi.useFakeTimers();
    const sent = new SentTrades(SYMBOL);
    const see = sent.watch();
    vi.setSystemTime(1_000);
    see(Buffer.concat([Buffer.from(HEAD), frame(subscribed(SYMBOL, 7))]));
    see(frame('[7,1,1000,[0,100.5,1]]'));
    expect(sent.delays([{ at: 990, price: 100.5 }], 0, 2_000)).toEqual([]);
  });

  it('reads frames however they are cut, and lets go by what is no WebSocket', () => {
    const sent = new SentTrades(SYMBOL);
    const see = sent.watch();
    const stream = Buffer.concat([
      Buffer.from(HEAD),
      frame(subscribed(SYMBOL, 7)),
      frame('[7,1,1000,[0,100.5,1],[1,100.6,1]]'),
    ]);
    for (const byte of stream) see(Uint8Array.of(byte));
    sent.watch()(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), frame('[7,3,1000,[0,100.5,1]]')]));
    expect(sent.count(0, Number.POSITIVE_INFINITY)).toBe(2);
  });
});

describe('the slow link', () => {
  it('carries every byte in order, later than its delay and no faster than its speed', async () => {
    const payload = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i & 0xff));
    const server = createServer((socket) => {
      socket.on('data', () => socket.end(payload));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const speed = {
      down: { bytesPerSecond: 100_000, delayMs: 30 },
      up: { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 20 },
    };
    const seen: Uint8Array[] = [];
    const link = await startSlowLink(address.port, speed, () => (piece) => seen.push(Uint8Array.from(piece)));
    const began = performance.now();
    const got: Buffer[] = [];
    await new Promise<void>((resolve) => {
      const socket = connect(link.port, '127.0.0.1', () => socket.write('go'));
      socket.on('data', (bytes: Buffer) => got.push(bytes));
      socket.on('close', () => resolve());
    });
    const took = performance.now() - began;
    expect(Buffer.concat(got).equals(payload)).toBe(true);
    expect(Buffer.concat(seen).equals(payload)).toBe(true);
    // A lower bound only: a busy machine may take any longer.
    expect(took).toBeGreaterThanOrEqual(20 + 30 + 200 - 2);
    await link.stop();
    server.close();
  });
});
