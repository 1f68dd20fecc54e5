import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeBars } from '../../src/protocol/bars.ts';
import { expandCatalogue } from '../../src/protocol/catalogue.ts';
import { decodeClientMessage } from '../../src/protocol/decode-client.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { ERRORS } from '../../src/protocol/errors.ts';
import type { FeedCounts } from '../../src/protocol/feed-messages.ts';
import {
  encodeFinnhubTrade,
  encodeFinnhubTrades,
  type FinnhubRequest,
  parseFinnhubMessage,
  parseFinnhubRequest,
} from '../../src/protocol/finnhub.ts';
import { sliceFrame } from '../../src/protocol/frame.ts';
import type { ClientMessage, FeedKind, Rate, ServerMessage } from '../../src/protocol/wire.ts';
import * as wire from '../../src/protocol/wire.ts';
import * as limits from '../../src/workers/shard/limits.ts';

const doc = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');

/** Every message and word of the unions, by name: one that is added or taken away is a compile error here first. */
const SERVER_TYPES: Record<ServerMessage['type'] | 'trades' | 'bars', true> = {
  hello: true,
  subscribed: true,
  trades: true,
  bars: true,
  gap: true,
  reset: true,
  waiting: true,
  status: true,
  error: true,
  ping: true,
};
const CLIENT_TYPES: Record<ClientMessage['type'], true> = { auth: true, subscribe: true, unsubscribe: true };
const RATES: Record<Rate, true> = { full: true, '4hz': true, '1hz': true };
const FEEDS: Record<FeedKind, true> = { finnhub: true, simulated: true };
const COUNTS: Record<keyof FeedCounts, true> = {
  trades: true,
  malformed: true,
  unrequested: true,
  unknownConditions: true,
};
const PROGRAM_TYPES: Record<Exclude<FinnhubRequest['type'], 'invalid-symbol' | 'malformed'>, true> = {
  subscribe: true,
  unsubscribe: true,
};

/** The lines of all fenced examples of a kind: ```json KIND. */
function examples(kind: string): string[] {
  const fences = [...doc.matchAll(/^```json (.+)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap(([, info, body]) => (info === kind ? (body ?? '').trim().split('\n') : []));
}

/** The words in backticks in the first column of the tables under a heading, up to the next heading. */
function tableUnder(heading: string): string[] {
  const start = doc.search(new RegExp(`^#+ ${heading}$`, 'm'));
  expect(start, heading).toBeGreaterThanOrEqual(0);
  const section = doc.slice(doc.indexOf('\n', start));
  const end = section.search(/^#+ /m);
  return [...section.slice(0, end < 0 ? undefined : end).matchAll(/^\| `([^`]+)` /gm)].map(([, word]) => word ?? '');
}

const json = (text: string): unknown => JSON.parse(text);
const server = examples('server').map((line) => decodeServerFrame(line));
const serverOf = <T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] =>
  server.filter((m): m is Extract<ServerMessage, { type: T }> => m?.type === type);

describe('every example in docs/PROTOCOL.md is what the code reads', () => {
  it('has examples of each kind and no other', () => {
    const kinds = [...doc.matchAll(/^```(\S.*)$/gm)].map(([, info]) => info);
    expect(new Set(kinds)).toEqual(
      new Set([
        'json client',
        'json server',
        'json finnhub-in',
        'json finnhub-out',
        'json http error',
        'json http /api/symbols',
        'json http /api/status',
      ]),
    );
  });

  it.each(examples('client'))('client: %s', (line) => {
    expect(decodeClientMessage(line)).toEqual({ ok: true, message: json(line) });
  });

  it.each(examples('server'))('server: %s', (line) => {
    const frame = decodeServerFrame(line);
    if (frame?.type === 'trades') expect(sliceFrame(frame, frame.seq)).toBe(line);
    else if (frame?.type === 'bars') expect(encodeBars(frame)).toBe(line);
    else expect(frame).toEqual(json(line));
  });

  it.each(examples('finnhub-in'))('from a program: %s', (line) => {
    expect(parseFinnhubRequest(line)).toEqual(json(line));
    expect(['invalid-symbol', 'malformed']).not.toContain(parseFinnhubRequest(line).type);
  });

  it.each(examples('finnhub-out'))('to a program: %s', (line) => {
    const message = parseFinnhubMessage(line);
    if (message.type !== 'trades') {
      expect(message).toEqual(json(line));
      return;
    }
    const encoded = message.trades.map((trade) => encodeFinnhubTrade(trade, JSON.stringify(trade.symbol)));
    expect(encodeFinnhubTrades(encoded)).toBe(line);
  });

  it.each(examples('http /api/symbols'))('/api/symbols: %s', (line) => {
    const catalogue = json(line);
    expect(catalogue).toHaveProperty('source');
    expect(catalogue).toHaveProperty('symbols.length', expandCatalogue(catalogue)?.length);
  });

  it.each(examples('http /api/status'))('/api/status: %s', (line) => {
    const body = json(line) as { status: object; counts: object; symbols: { symbol: string; seq: number }[] };
    expect(decodeServerFrame(JSON.stringify({ type: 'status', ...body.status }))).toEqual({
      type: 'status',
      ...body.status,
    });
    expect(Object.keys(body.counts)).toEqual(Object.keys(COUNTS));
    for (const symbol of body.symbols) {
      const subscribed = { type: 'subscribed', ...symbol, id: 1, epoch: 1, recovered: false };
      expect(decodeServerFrame(JSON.stringify(subscribed))).toEqual(subscribed);
    }
  });

  it.each(examples('http error'))('HTTP error: %s', (line) => {
    expect(json(line)).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  });
});

describe('docs/PROTOCOL.md leaves nothing out', () => {
  it('shows every message, both ways', () => {
    expect(new Set(server.map((m) => m?.type))).toEqual(new Set(Object.keys(SERVER_TYPES)));
    const client = examples('client').map((line) => decodeClientMessage(line));
    expect(new Set(client.map((m) => m.ok && m.message.type))).toEqual(new Set(Object.keys(CLIENT_TYPES)));
    expect(tableUnder('From the program')).toEqual(Object.keys(PROGRAM_TYPES));
    expect(new Set(examples('finnhub-in').map((line) => parseFinnhubRequest(line).type))).toEqual(
      new Set(Object.keys(PROGRAM_TYPES)),
    );
    expect(new Set(examples('finnhub-out').map((line) => parseFinnhubMessage(line).type))).toEqual(
      new Set(['trades', 'ping', 'error']),
    );
  });

  it.each([
    ['`gap`', [...wire.GAP_CAUSES], serverOf('gap').map((m) => m.cause)],
    ['`reset`', [...wire.RESET_REASONS], serverOf('reset').map((m) => m.reason)],
    ['`status`', [...wire.UPSTREAM_STATES], serverOf('status').map((m) => m.upstream)],
    ['`error`', Object.keys(ERRORS), serverOf('error').map((m) => m.code)],
  ])('explains and shows every word of %s', (heading, words, shown) => {
    for (const word of words) expect(tableUnder(heading)).toContain(word);
    expect(new Set(shown)).toEqual(new Set(words));
  });

  it('shows every rate and kind of feed', () => {
    const client = examples('client').map((line) => decodeClientMessage(line));
    const rates = client.flatMap((m) => (m.ok && m.message.type === 'subscribe' ? [m.message.rate] : []));
    expect(new Set(rates.filter((rate) => rate !== undefined))).toEqual(new Set(Object.keys(RATES)));
    expect(new Set(serverOf('hello').map((m) => m.feed))).toEqual(new Set(Object.keys(FEEDS)));
    expect(serverOf('status').map((m) => m.reason)).toContain('key-in-use');
  });

  it('repeats the errors as the server words them', () => {
    for (const { code, message } of serverOf('error')) expect(message.startsWith(ERRORS[code])).toBe(true);
  });

  it('lists every closing code', () => {
    const codes = Object.entries(wire).flatMap(([name, value]) => (name.startsWith('CLOSE_') ? [String(value)] : []));
    expect(tableUnder('Closing codes').sort()).toEqual(codes.sort());
  });

  it('lists every error code of HTTP', () => {
    const source = readFileSync(new URL('../../src/workers/shard/http.ts', import.meta.url), 'utf8');
    const answers = [...source.matchAll(/fail\(\s*'(\d+) [^']*',\s*'([^']+)'/g)];
    const section = doc.slice(doc.search(/^## HTTP$/m));
    expect(new Set(answers.map(([, , code]) => code))).toEqual(new Set(tableUnder('HTTP')));
    for (const [, status, code] of answers)
      expect(section).toMatch(new RegExp(`^\\| \`${code}\` +\\| ${status} `, 'm'));
  });

  it('says the limits and times that hold', () => {
    const KB = 1024;
    for (const stated of [
      `${limits.MAX_PAYLOAD_BYTES} bytes`,
      `${limits.MESSAGE_BURST} at once, and ${limits.MESSAGES_PER_SECOND} a second`,
      `up to ${limits.MAX_BACKPRESSURE_BYTES / KB} kB`,
      `(${limits.RING_BYTES / KB} kB)`,
      `none within ${limits.AUTH_WITHIN_MS / 1000} s`,
      `after ${limits.IDLE_TIMEOUT_S} s`,
      `for ${wire.PING_AFTER_MS / 1000} s`,
      `for ${wire.CLIENT_SILENCE_MS / 1000} s`,
    ]) {
      expect(doc.replaceAll('\n', ' ')).toContain(stated);
    }
  });

  it('names the subprotocol and its version', () => {
    expect(doc).toContain(`\`${wire.SUBPROTOCOL}\``);
    for (const { version } of serverOf('hello')) expect(version).toBe(wire.WIRE_VERSION);
  });
});
