import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeQuote, loadQuote } from '../../pwa/history/quote.ts';

/** As in docs/API.md. */
const ANSWER = {
  ...{ symbol: 'AAPL', known: true, c: 251.02, d: 1.5, dp: 0.6011, h: 252.3, l: 248.9, o: 249.4, pc: 249.52 },
  ...{ t: 1760538600000, asOf: 1760538603211, source: 'finnhub' },
};
const { symbol: _symbol, source: _source, ...QUOTE } = ANSWER;
const NOTHING = { c: null, d: null, dp: null, h: null, l: null, o: null, pc: null, t: null };

describe("the API's quote", () => {
  it('is read as it is', () => {
    expect(decodeQuote(ANSWER)).toEqual(QUOTE);
  });

  it('of a symbol that Finnhub does not know has no numbers', () => {
    expect(decodeQuote({ symbol: 'X', known: false, ...NOTHING, asOf: 5, source: 'finnhub' })).toEqual({
      ...NOTHING,
      known: false,
      asOf: 5,
    });
    expect(decodeQuote({ known: false })).toEqual({ ...NOTHING, known: false, asOf: null });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [ANSWER]],
    ['an error', { error: { code: 'busy', message: 'x' } }],
    ['a price in words', { ...ANSWER, c: '251.02' }],
    ['an endless price', { ...ANSWER, pc: Number.POSITIVE_INFINITY }],
    ['a time that is none', { ...ANSWER, t: 'now' }],
    ['a doubt about being known', { ...ANSWER, known: 1 }],
  ])('is not read out of %s', (_, value) => {
    expect(decodeQuote(value)).toBeUndefined();
  });
});

describe('loading a quote', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.includes('BUSY')) response.writeHead(503).end('{"error":{"code":"busy","message":"x"}}');
    else if (request.url?.includes('BROKEN')) response.end('{"known":tr');
    else if (request.url?.includes('CUT')) response.destroy();
    else response.end(JSON.stringify(ANSWER));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const real = globalThis.fetch;
    // A page's addresses are relative to where it came from.
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(`http://127.0.0.1:${port}${path}`, init));
  });

  afterAll(() => {
    vi.unstubAllGlobals();
    server.closeAllConnections();
    server.close();
  });

  it('asks for the symbol whatever is in its name', async () => {
    expect(await loadQuote('IC MARKETS:1&x=y')).toEqual(QUOTE);
    expect(asked.at(-1)).toBe('/api/quote?symbol=IC+MARKETS%3A1%26x%3Dy');
  });

  it.each(['BUSY', 'BROKEN', 'CUT'])('has none where the answer is %s', async (symbol) => {
    expect(await loadQuote(symbol)).toBeUndefined();
  });
});
