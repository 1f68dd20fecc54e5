import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar, BarsFrame } from '../../src/protocol/bars.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import { decodeClientMessage } from '../../src/protocol/decode-client.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import {
  encodeFinnhubTrade,
  encodeFinnhubTrades,
  parseFinnhubMessage,
  parseFinnhubRequest,
} from '../../src/protocol/finnhub.ts';
import { decodeFrame, sliceFrame, type TradesFrame } from '../../src/protocol/frame.ts';
import type { Trade } from '../../src/protocol/trade.ts';
import { GAP_CAUSES, RESET_REASONS, UPSTREAM_STATES } from '../../src/protocol/wire.ts';
import { encodeTrades } from '../support/frames.ts';
import { arbitraryText, everyReplacement, SEED, VALID_FINNHUB, VALID_FRAMES, VALID_REQUESTS } from '../support/fuzz.ts';

const RUNS = { seed: SEED, numRuns: 10_000 };
const ROUND_TRIPS = { seed: SEED, numRuns: 1_000 };
/** Messages so long, in characters: a client's 1 kB, and 1 MB. */
const NESTED_LENGTHS = [1_000, 1_000_000];

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isReal = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
/** A symbol by its form, said in another way than the code under test says it. */
const looksLikeSymbol = (value: string): boolean =>
  value.length > 0 &&
  value.length <= 64 &&
  value.trim() === value &&
  [...value].every((char) => char >= ' ' && char <= '~' && char !== '"' && char !== '\\');
const hasOnly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).every((key) => keys.includes(key));

function checkClientMessage(text: string): void {
  const decoded = decodeClientMessage(text);
  if (!decoded.ok) {
    if (decoded.code === 'bad-message') expect(decoded.reason).not.toBe('');
    else expect(decoded.symbol.length).toBeLessThanOrEqual(64);
    return;
  }
  const { message } = decoded;
  switch (message.type) {
    case 'auth':
      expect(hasOnly(message, ['type', 'token']) && message.token.length <= 512).toBe(true);
      return;
    case 'unsubscribe':
      expect(hasOnly(message, ['type', 'symbol']) && looksLikeSymbol(message.symbol)).toBe(true);
      return;
    case 'subscribe':
      expect(hasOnly(message, ['type', 'symbol', 'since', 'rate']) && looksLikeSymbol(message.symbol)).toBe(true);
      if (message.since) {
        expect(hasOnly(message.since, ['epoch', 'seq'])).toBe(true);
        expect(isWhole(message.since.epoch) && isWhole(message.since.seq)).toBe(true);
      }
      if (message.rate !== undefined) expect(['full', '4hz', '1hz']).toContain(message.rate);
      return;
    default:
      throw new Error(`accepted ${text}`);
  }
}

function checkRequest(text: string): void {
  const request = parseFinnhubRequest(text);
  if (request.type === 'malformed') expect(request.reason).not.toBe('');
  else if (request.type === 'invalid-symbol') expect(request.symbol.length).toBeLessThanOrEqual(64);
  else expect(looksLikeSymbol(request.symbol)).toBe(true);
}

function checkTrade({ symbol, t, p, v, c }: Trade): void {
  expect(looksLikeSymbol(symbol)).toBe(true);
  expect(isWhole(t) && t > 0).toBe(true);
  expect(isReal(p) && p > 0).toBe(true);
  expect(isReal(v) && v >= 0).toBe(true);
  if (c === undefined || c === null) return;
  expect(Array.isArray(c) && c.length <= 64 && c.every((code) => typeof code === 'string' && code.length <= 16)).toBe(
    true,
  );
}

function checkFinnhubMessage(text: string): void {
  const message = parseFinnhubMessage(text);
  switch (message.type) {
    case 'trades':
      expect(message.malformed + message.trades.length).toBe(JSON.parse(text).data.length);
      for (const trade of message.trades) checkTrade(trade);
      return;
    case 'error':
      expect(typeof message.msg).toBe('string');
      return;
    case 'ping':
      return;
    case 'malformed':
      expect(message.reason).not.toBe('');
      return;
    default:
      throw new Error(`accepted ${text}`);
  }
}

function checkFrame({ id, seq, trades }: TradesFrame): void {
  expect(isWhole(id) && isWhole(seq) && trades.length > 0).toBe(true);
  for (const { t, p, v, flags } of trades) expect(isReal(t) && isReal(p) && isReal(v) && isWhole(flags)).toBe(true);
}

function checkBars({ id, seq, count, bars }: BarsFrame): void {
  expect(isWhole(id) && isWhole(seq) && isWhole(count) && count > 0).toBe(true);
  for (const bar of bars) checkBar(bar);
}

function checkBar({ t, open, close, high, low, volume, rest, count, flags }: Bar): void {
  expect([t, count, flags].every(isWhole) && [volume, rest].every(isReal)).toBe(true);
  for (const print of [open, close]) {
    if (print) expect(isReal(print.p) && isReal(print.t) && isReal(print.seq)).toBe(true);
  }
  for (const price of [high, low]) if (price !== undefined) expect(isReal(price)).toBe(true);
}

function checkServerFrame(text: string): void {
  const message = decodeServerFrame(text);
  if (message === undefined) return;
  if ('symbol' in message && message.symbol !== undefined) expect(typeof message.symbol).toBe('string');
  switch (message.type) {
    case 'trades':
      checkFrame(message);
      return;
    case 'bars':
      checkBars(message);
      return;
    case 'hello':
      expect(['finnhub', 'simulated']).toContain(message.feed);
      expect([message.version, message.limit, message.time].every(isWhole)).toBe(true);
      return;
    case 'subscribed':
      expect([message.id, message.epoch, message.seq].every(isWhole)).toBe(true);
      expect(typeof message.recovered).toBe('boolean');
      if (message.last) expect(isWhole(message.last.t) && isReal(message.last.p)).toBe(true);
      return;
    case 'gap':
      expect(GAP_CAUSES).toContain(message.cause);
      expect([message.from, message.to, message.fromSeq ?? 0, message.toSeq ?? 0].every(isWhole)).toBe(true);
      return;
    case 'reset':
      expect(RESET_REASONS).toContain(message.reason);
      expect([message.epoch, message.seq].every(isWhole)).toBe(true);
      return;
    case 'waiting':
      expect(isWhole(message.position)).toBe(true);
      return;
    case 'status':
      expect(UPSTREAM_STATES).toContain(message.upstream);
      expect([message.since, message.retryAt ?? 0, message.delayMs ?? 0].every(isWhole)).toBe(true);
      return;
    case 'error':
      expect(Object.keys(ERRORS)).toContain(message.code);
      return;
    case 'ping':
      return;
    default:
      throw new Error(`accepted ${text}`);
  }
}

const DECODERS = [
  ['decodeClientMessage', checkClientMessage, VALID_REQUESTS],
  ['parseFinnhubRequest', checkRequest, VALID_REQUESTS],
  ['parseFinnhubMessage', checkFinnhubMessage, VALID_FINNHUB],
  ['decodeServerFrame', checkServerFrame, VALID_FRAMES],
] as const;

describe.each(DECODERS)(`%s (seed ${SEED})`, (_name, check, valid) => {
  it('never throws, and what it accepts is well-formed', () => {
    fc.assert(fc.property(arbitraryText(valid), check), RUNS);
  });

  it('takes every odd value and key in every place', () => {
    for (const text of everyReplacement(valid)) check(text);
  });

  it('survives nesting as deep as a message can be', () => {
    for (const length of NESTED_LENGTHS) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"type":', '}'],
        ['{"data":[', ']}'],
      ] as const) {
        const levels = Math.floor(length / (open.length + close.length));
        check(open.repeat(levels));
        check(`${open.repeat(levels)}0${close.repeat(levels)}`);
      }
      const nested = `${'['.repeat(length / 2 - 20)}${']'.repeat(length / 2 - 20)}`;
      check(`{"type":"trade","data":[${nested}]}`);
      check(`[1,1,1,${nested}]`);
    }
  });

  it('is not fooled by __proto__ and constructor, and changes neither', () => {
    for (const text of valid) {
      check(`{"__proto__":${text}}`);
      check(`{"constructor":{"prototype":${text}}}`);
      check(text.replace('{', '{"__proto__":{"polluted":true},'));
    }
    expect({}).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('type');
  });
});

describe('inherited fields', () => {
  it('do not count as fields of a message', () => {
    const [subscribe = ''] = VALID_REQUESTS;
    expect(decodeClientMessage(`{"__proto__":${subscribe}}`).ok).toBe(false);
    expect(parseFinnhubRequest(`{"__proto__":${subscribe}}`).type).toBe('malformed');
    for (const text of VALID_FINNHUB) expect(parseFinnhubMessage(`{"__proto__":${text}}`).type).toBe('malformed');
    for (const text of VALID_FRAMES) expect(decodeServerFrame(`{"__proto__":${text}}`)).toBeUndefined();
    const inherited = '{"type":"trade","data":[{"__proto__":{"s":"A","t":1,"p":1,"v":1}}]}';
    expect(parseFinnhubMessage(inherited)).toEqual({ type: 'trades', trades: [], malformed: 1 });
  });
});

const symbol = fc.stringMatching(/^[!#-[\]-~](?:[ !#-[\]-~]{0,62}[!#-[\]-~])?$/);
const code = fc.oneof(
  fc.nat(60).map(String),
  fc.string({ unit: 'binary', maxLength: 16 }).map((text) => text.slice(0, 16)),
);
const conditions = fc.option(fc.option(fc.array(code, { maxLength: 64 })), { nil: undefined });
const positive = fc.double({ min: Number.MIN_VALUE, noDefaultInfinity: true, noNaN: true });
const trade: fc.Arbitrary<Trade> = fc.record({
  symbol,
  t: fc.oneof(
    fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 }),
    fc.maxSafeNat().map((n) => Math.max(1, n)),
  ),
  p: fc.oneof(
    positive,
    fc.integer({ min: 1, max: 1e9 }).map((n) => n / 100),
  ),
  v: fc.oneof(positive, fc.nat()),
  c: conditions,
});
const number = fc.maxSafeNat();

function decodeText(text: string): TradesFrame {
  const value: unknown = JSON.parse(text);
  const frame = Array.isArray(value) ? decodeFrame(value) : undefined;
  if (!frame) throw new Error(`not a frame: ${text}`);
  return frame;
}

describe('round trips', () => {
  it('a frame of trades says exactly what came from Finnhub', () => {
    fc.assert(
      fc.property(number, number, fc.array(trade, { minLength: 1, maxLength: 30 }), (id, seq, trades) => {
        expect(decodeText(encodeTrades(id, seq, trades))).toEqual({
          type: 'trades',
          id,
          seq,
          trades: trades.map(({ t, p, v, c }) => ({ t, p, v, flags: flagsOf(c) })),
        });
      }),
      ROUND_TRIPS,
    );
  });

  it('a slice of a frame is its trades from one number to another', () => {
    const cases = fc
      .tuple(fc.nat(1_000_000), fc.array(trade, { minLength: 1, maxLength: 30 }))
      .chain(([seq, trades]) => fc.tuple(fc.constant(seq), fc.constant(trades), fc.nat(trades.length - 1)));
    fc.assert(
      fc.property(cases, ([seq, trades, skipped]) => {
        const frame = decodeText(encodeTrades(7, seq, trades));
        const slice = decodeText(sliceFrame(frame, seq + skipped));
        expect(slice).toEqual({ ...frame, seq: seq + skipped, trades: frame.trades.slice(skipped) });
        const first = decodeText(sliceFrame(frame, 0, seq + skipped));
        expect(first).toEqual({ ...frame, trades: frame.trades.slice(0, skipped + 1) });
        expect(decodeText(sliceFrame(frame, 0))).toEqual(frame);
      }),
      ROUND_TRIPS,
    );
  });

  it("a trade in Finnhub's framing is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 10 }), (trades) => {
        const text = encodeFinnhubTrades(trades.map((each) => encodeFinnhubTrade(each, JSON.stringify(each.symbol))));
        expect(parseFinnhubMessage(text)).toEqual({ type: 'trades', trades, malformed: 0 });
        for (const [i, { c }] of trades.entries()) expect('c' in JSON.parse(text).data[i]).toBe(c !== undefined);
      }),
      ROUND_TRIPS,
    );
  });

  it("a client's messages are read as they were written", () => {
    const since = fc.option(fc.record({ epoch: number, seq: number }), { nil: undefined });
    const rate = fc.option(fc.constantFrom('full', '4hz', '1hz'), { nil: undefined });
    fc.assert(
      fc.property(symbol, since, rate, (name, from, every) => {
        const message = { type: 'subscribe', symbol: name, since: from, rate: every };
        expect(decodeClientMessage(JSON.stringify(message))).toEqual({ ok: true, message });
        expect(parseFinnhubRequest(JSON.stringify(message))).toEqual({ type: 'subscribe', symbol: name });
      }),
      ROUND_TRIPS,
    );
  });
});
