import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  connect,
  type FeedBar,
  type FeedError,
  type FeedReset,
  type FeedStatus,
  type FeedTrade,
} from '../../pwa/feed/index.ts';
import { untold } from '../support/followers.ts';

type Handler = ((event: object) => void) | undefined;

/** A socket whose other end is the test. */
class FakeSocket {
  static last: FakeSocket;
  readyState = 0;
  onopen: Handler;
  onmessage: Handler;
  onclose: Handler;
  onerror: Handler;
  readonly sent: unknown[] = [];
  readonly address: readonly string[];

  constructor(url: string, protocol: string) {
    this.address = [url, protocol];
    FakeSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const answer = { type: 'subscribed', symbol: 'AAPL', id: 7, epoch: 1, seq: 0, recovered: false };

function opened(options: Parameters<typeof connect>[1] = {}) {
  const trades: FeedTrade[] = [];
  const resets: FeedReset[] = [];
  const errors: FeedError[] = [];
  const statuses: FeedStatus[] = [];
  const feed = connect('ws://host', {
    WebSocket: FakeSocket,
    onTrades: (each) => trades.push(...each),
    onReset: (reset) => resets.push(reset),
    onError: (error) => errors.push(error),
    onStatus: (status) => statuses.push(status),
    ...options,
  });
  feed.watch('AAPL');
  const socket = FakeSocket.last;
  socket.open();
  return { feed, socket, trades, resets, errors, statuses };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a feed', () => {
  it('speaks tickcast.v1 and shows its token before anything else, even to who subscribes at once', () => {
    let feed: ReturnType<typeof connect> | undefined;
    const onStatus = ({ connection }: FeedStatus): void => {
      if (connection === 'open') feed?.watch('MSFT');
    };
    feed = connect('ws://host', { WebSocket: FakeSocket, token: 'secret', onStatus });
    FakeSocket.last.open();
    expect(FakeSocket.last.address).toEqual(['ws://host', 'tickcast.v1']);
    expect(FakeSocket.last.sent.slice(0, 2)).toEqual([
      { type: 'auth', token: 'secret' },
      { type: 'subscribe', symbol: 'MSFT' },
    ]);
    feed.close();
  });

  it('hands on bars in place of trades where it is to, and says where it is while it does', () => {
    const bars: FeedBar[] = [];
    const positions: unknown[] = [];
    const { feed, socket, trades } = opened({
      onBars: (each) => {
        bars.push(...each);
        positions.push(feed.position('AAPL'));
      },
    });
    socket.say(answer);
    feed.watch('AAPL', { rate: '1hz' });
    expect(socket.sent.at(-1)).toEqual({ type: 'subscribe', symbol: 'AAPL', since: { epoch: 1, seq: 0 }, rate: '1hz' });
    socket.say({ ...answer, recovered: true });
    socket.say([7, 1, 1000, [0, 122.1, 100]]);
    socket.say(['b', 7, 2, 3, [2, 122, 123, 121, 122.5, 300, 2, 5, 990], [3, null, null, null, null, 7, 1]]);
    expect(trades.map(({ seq }) => seq)).toEqual([1]);
    const [whole, volume] = bars;
    expect(whole).toEqual({
      ...{ symbol: 'AAPL', epoch: 1, t: 2_000, flags: 0 },
      ...{ open: { p: 122, t: 2_005, seq: 2 }, close: { p: 122.5, t: 2_990, seq: 4 }, high: 123, low: 121 },
      ...{ volume: 300, rest: 0, count: 2 },
    });
    expect(volume).toMatchObject({ t: 3_000, open: undefined, high: undefined, volume: 7, count: 1 });
    expect(positions).toEqual([{ epoch: 1, seq: 4 }]);

    // Trades that move nothing leave no bar; they count all the same.
    socket.say(['b', 7, 5, 2]);
    expect([bars.length, feed.position('AAPL')]).toEqual([2, { epoch: 1, seq: 6 }]);
    feed.close();
  });

  it('hands on trades with their numbers, and says where it is while it does', () => {
    const positions: unknown[] = [];
    const { feed, socket } = opened({ onTrades: () => positions.push(feed.position('AAPL')) });
    const seen: FeedTrade[] = [];
    const other = opened({ onTrades: (each) => seen.push(...each) });
    for (const each of [socket, other.socket]) {
      each.say(answer);
      each.say([7, 1, 1000, [0, 122.1, 100], [5, 122.2, 1, 3]]);
    }
    expect(seen).toEqual([
      { symbol: 'AAPL', epoch: 1, seq: 1, t: 1000, p: 122.1, v: 100, flags: 0 },
      { symbol: 'AAPL', epoch: 1, seq: 2, t: 1005, p: 122.2, v: 1, flags: 3 },
    ]);
    expect(positions).toEqual([{ epoch: 1, seq: 2 }]);
    feed.close();
    other.feed.close();
  });

  it('tells a jump that the server kept silent about, before the trades', () => {
    const { feed, socket, resets, trades } = opened();
    socket.say(answer);
    socket.say([7, 1, 1000, [0, 1, 1]]);
    socket.say({ ...answer, epoch: 2, seq: 10 });
    expect(resets).toEqual([]);
    socket.say([7, 11, 1000, [0, 1, 1]]);
    expect(resets).toEqual([{ symbol: 'AAPL', epoch: 2, seq: 10, reason: 'unsaid' }]);
    expect(trades.map(({ seq }) => seq)).toEqual([1, 11]);
    feed.close();
  });

  it('tells errors that are about no symbol', () => {
    const { feed, socket, errors } = opened();
    socket.say({ type: 'error', code: 'rate-limited', message: 'Too many messages in a short time.' });
    expect(errors).toEqual([{ code: 'rate-limited', message: 'Too many messages in a short time.' }]);
    feed.close();
  });

  it('calls nobody back after it was closed, and does not connect again', () => {
    vi.useFakeTimers();
    const { feed, socket, trades, statuses } = opened();
    socket.say(answer);
    feed.close();
    const count = statuses.length;
    expect(statuses.at(-1)).toEqual({ connection: 'closed' });
    socket.say([7, 1, 1000, [0, 1, 1]]);
    socket.onclose?.({ code: 1006 });
    feed.close();
    expect([trades, statuses.length, FakeSocket.last, vi.getTimerCount()]).toEqual([[], count, socket, 0]);
  });

  it('says what is missing where there is no WebSocket, as in Node 20', () => {
    vi.stubGlobal('WebSocket', undefined);
    Reflect.deleteProperty(globalThis, 'WebSocket');
    expect(() => connect('ws://host')).toThrow('pass one as an option');
    connect('ws://host', { WebSocket: FakeSocket }).close();
  });

  it('tries again where an attempt ends with an error only, as in Node 22', () => {
    vi.useFakeTimers();
    const statuses: FeedStatus[] = [];
    const feed = connect('ws://host', { WebSocket: FakeSocket, onStatus: (status) => statuses.push(status) });
    const first = FakeSocket.last;
    first.onerror?.({});
    expect(statuses.at(-1)?.connection).toBe('lost');
    // Elsewhere the close follows: that is the same failure, not one more.
    first.onclose?.({ code: 1006 });
    expect(statuses.filter(({ connection }) => connection === 'lost')).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(FakeSocket.last).not.toBe(first);
    feed.close();
  });
});

describe("the examples' check", () => {
  const check = (...lines: string[]): number => untold(lines, 'A').length;

  it('sees a hole, a repeat, and an epoch that nobody announced', () => {
    expect(check('trade A 1.1 0 1 1', 'trade A 1.2 0 1 1')).toBe(0);
    expect(check('trade A 1.1 0 1 1', 'trade A 1.3 0 1 1')).toBe(1);
    expect(check('trade A 1.1 0 1 1', 'trade A 1.1 0 1 1')).toBe(1);
    expect(check('trade A 1.1 0 1 1', 'trade A 2.1 0 1 1')).toBe(1);
    expect(check('trade A 1.1 0 1 1', 'gap A restart 0 1  ', 'trade A 2.2 0 1 1')).toBe(1);
  });

  it('accepts what a gap or a reset says', () => {
    expect(check('trade A 1.1 0 1 1', 'gap A restart 0 1 None None', 'trade A 2.1 0 1 1')).toBe(0);
    expect(check('trade A 1.1 0 1 1', 'gap A overrun 0 1 1 9', 'trade A 1.9 0 1 1')).toBe(0);
    expect(check('trade A 1.1 0 1 1', 'reset A 2.40 other-epoch', 'trade A 2.41 0 1 1')).toBe(0);
  });
});

describe('the Python example', () => {
  it('is 40 lines of code', () => {
    const text = readFileSync(new URL('../../docs/examples/follow.py', import.meta.url), 'utf8');
    const code = text.replace(/"""[\s\S]*?"""/, '').split('\n');
    expect(code.filter((line) => /^\s*[^\s#]/.test(line)).length).toBeLessThanOrEqual(40);
  });
});
