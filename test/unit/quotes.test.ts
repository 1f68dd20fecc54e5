import { describe, expect, it } from 'vitest';
import { REST_TIMEOUT_MS } from '../../src/main/limits.ts';
import { Quotes } from '../../src/main/quotes.ts';
import { RestBudget } from '../../src/main/rest-budget.ts';
import { type FakeRest, json, type RestReply, startFakeRest } from '../support/fake-rest.ts';
import { stopAfter } from '../support/rig.ts';

stopAfter('each');

/** A Wednesday, 11:00 in New York. */
const NOW = Date.UTC(2025, 9, 15, 15);
const AAPL = { kind: 'quote', symbol: 'AAPL' } as const;
const MARKET = { kind: 'market' } as const;
const QUOTE = { c: 251, d: 1, dp: 0.4, h: 252, l: 249, o: 250, pc: 250, t: NOW / 1_000 };
const ZEROS = { c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 };
const QUOTED = { status: '200 OK', body: { known: true, c: 251, asOf: NOW, source: 'finnhub' } };

/** Asks over real HTTP; a call may take `timeoutMs`. */
async function start(first: RestReply = json(QUOTE), budget = new RestBudget(), timeoutMs = timeoutFor(first)) {
  const rest: FakeRest = await startFakeRest(() => first);
  const source = { restUrl: rest.restUrl, key: 'test-key', timeoutMs };
  const told: string[] = [];
  const quotes = new Quotes('finnhub', source, budget, (symbol) => told.push(symbol));
  return { rest, quotes, told, ask: (now = NOW) => quotes.answer(AAPL, now) };
}

/** What is to be given up is given up soon, and nothing else because the machine is busy. */
function timeoutFor(reply: RestReply): number {
  return reply === 'hang' ? 1_500 : REST_TIMEOUT_MS;
}

/** What goes wrong, and what is answered where there is nothing older. */
const FAILURES: readonly (readonly [string, RestReply, string, string])[] = [
  ['refuses one call too many (429)', json({ error: 'API limit reached.' }, 429), '503 Service Unavailable', 'busy'],
  ['refuses the key (401)', json({ error: 'Invalid API key.' }, 401), '502 Bad Gateway', 'finnhub'],
  ['does not give it to this key (403)', json({ error: 'No access.' }, 403), '502 Bad Gateway', 'finnhub'],
  ['fails (500)', json({ error: 'x' }, 500), '502 Bad Gateway', 'finnhub'],
  ['does not answer in time', 'hang', '502 Bad Gateway', 'finnhub'],
  ['ends the connection', 'cut', '502 Bad Gateway', 'finnhub'],
  ['answers what is not JSON', { status: 200, text: '<html>502</html>' }, '502 Bad Gateway', 'finnhub'],
  ['answers half of it', { status: 200, text: '{"c":251,"d":' }, '502 Bad Gateway', 'finnhub'],
  ['answers JSON that is no quote', json([]), '502 Bad Gateway', 'finnhub'],
];

describe('a quote', () => {
  it('is kept for 15 seconds and told once', async () => {
    const { rest, told, ask } = await start();
    expect(await ask()).toMatchObject(QUOTED);
    expect(await ask(NOW + 14_999)).toMatchObject(QUOTED);
    expect(rest.calls).toEqual(['/quote?symbol=AAPL']);
    expect(told).toEqual(['AAPL']);
    expect(await ask(NOW + 15_000)).toMatchObject({ body: { asOf: NOW + 15_000 } });
  });

  it('is asked for once by those who come together', async () => {
    const { rest, ask } = await start();
    const answers = await Promise.all([ask(), ask(NOW + 1), ask(NOW + 2)]);
    for (const answer of answers) expect(answer).toMatchObject(QUOTED);
    expect(rest.calls).toHaveLength(1);
  });

  it('that is all zeros is unknown, never a loss of 100 %', async () => {
    const { ask } = await start(json(ZEROS));
    const { status, body } = await ask();
    expect(status).toBe('200 OK');
    expect(body).toEqual({
      ...{ symbol: 'AAPL', known: false, c: null, d: null, dp: null, h: null, l: null, o: null, pc: null, t: null },
      ...{ asOf: NOW, source: 'finnhub' },
    });
  });

  it.each(FAILURES)('where Finnhub %s is an error with its reason', async (_, reply, status, code) => {
    const { ask } = await start(reply);
    const answer = await ask();
    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(JSON.stringify(answer)).not.toContain('test-key');
  });

  it.each(FAILURES)('where Finnhub %s is the old one, with its time', async (_, reply) => {
    const { rest, told, ask } = await start(json(QUOTE), new RestBudget(), timeoutFor(reply));
    await ask();
    rest.answer(() => reply);
    expect(await ask(NOW + 3_600_000)).toMatchObject(QUOTED);
    expect(rest.calls).toHaveLength(2);
    expect(told, 'an old quote is no news').toEqual(['AAPL']);
    rest.answer(() => json({ ...QUOTE, c: 260 }));
    expect(await ask(NOW + 3_700_000)).toMatchObject({ body: { c: 260, asOf: NOW + 3_700_000 } });
  });

  it('is not asked for within a minute after one call too many, and says when to come back', async () => {
    const { rest, ask } = await start(json({}, 429));
    expect(await ask()).toMatchObject({ status: '503 Service Unavailable', retryAfterS: 60 });
    rest.answer(() => json(QUOTE));
    expect(await ask(NOW + 20_000)).toMatchObject({ status: '503 Service Unavailable', retryAfterS: 40 });
    expect(rest.calls).toHaveLength(1);
    expect(await ask(NOW + 60_000)).toMatchObject({ status: '200 OK' });
  });

  it('says that a key without access to a symbol is no wrong key', async () => {
    const { rest, ask } = await start(json({}, 401));
    expect(await ask()).toMatchObject({ body: { error: { message: 'Finnhub refuses the API key.' } } });
    rest.answer(() => json({}, 403));
    const message = 'Finnhub does not give this to the API key of this server.';
    expect(await ask()).toMatchObject({ body: { error: { message } } });
  });
});

describe('the budget of 60 calls a minute', () => {
  it('is one of all symbols; past it what is old is answered, else when to come back', async () => {
    const { rest, quotes, ask } = await start();
    await ask();
    const others = Array.from({ length: 59 }, (_, i) => `S${i}`);
    for (const symbol of others) {
      expect(await quotes.answer({ kind: 'quote', symbol }, NOW + 1_000)).toMatchObject({ status: '200 OK' });
    }
    expect(await quotes.answer({ kind: 'quote', symbol: 'ONE.MORE' }, NOW + 20_000)).toMatchObject({
      ...{ status: '503 Service Unavailable', retryAfterS: 40 },
      body: { error: { code: 'busy' } },
    });
    expect(await ask(NOW + 20_000)).toMatchObject(QUOTED);
    expect(rest.calls).toHaveLength(60);
    expect(await quotes.answer({ kind: 'quote', symbol: 'ONE.MORE' }, NOW + 60_000)).toMatchObject({
      status: '200 OK',
    });
  });
});

describe('whether the market is open', () => {
  const HOLIDAYS = { data: [{ atDate: '2025-11-27', eventName: 'Thanksgiving Day', tradingHour: '' }] };
  /** What Finnhub says and the calendar does not: closed on a Wednesday at 11. */
  const CLOSED = { exchange: 'US', holiday: 'Mourning', isOpen: false, session: null, t: NOW / 1_000 };
  const answers = (call: string): RestReply => json(call.startsWith('/stock/market-status') ? CLOSED : HOLIDAYS);
  const BY_FINNHUB = { isOpen: false, holiday: 'Mourning', session: null, source: 'finnhub', t: NOW };
  const BY_CALENDAR = { isOpen: true, holiday: null, session: 'regular', source: 'calendar' };

  it('is what Finnhub says, for a minute', async () => {
    const { rest, quotes } = await start();
    rest.answer(answers);
    const expected = { status: '200 OK', body: { ...BY_FINNHUB, holidays: [{ date: '2025-11-27' }] } };
    expect(await quotes.answer(MARKET, NOW)).toMatchObject(expected);
    expect(await quotes.answer(MARKET, NOW + 59_999)).toMatchObject(expected);
    expect(rest.calls).toHaveLength(2);
  });

  it.each(FAILURES)('is what the calendar says where Finnhub %s', async (_, reply) => {
    const { quotes } = await start(reply);
    const { status, body } = await quotes.answer(MARKET, NOW);
    expect(status).toBe('200 OK');
    expect(body).toMatchObject({ exchange: 'US', timezone: 'America/New_York', t: NOW, ...BY_CALENDAR });
    expect(body).toHaveProperty('holidays.0', {
      date: '2025-11-27',
      name: 'Thanksgiving Day',
      tradingHour: '',
    });
  });

  it('is what the calendar says where the budget is spent', async () => {
    const { rest, quotes } = await start(json(QUOTE), new RestBudget(0));
    expect(await quotes.answer(MARKET, NOW)).toMatchObject({ status: '200 OK', body: BY_CALENDAR });
    expect(rest.calls).toEqual([]);
  });

  it('is not what Finnhub said an hour ago, but its holidays are', async () => {
    const { rest, quotes } = await start();
    rest.answer(answers);
    await quotes.answer(MARKET, NOW);
    rest.answer(() => 'cut');
    const { body } = await quotes.answer(MARKET, NOW + 3_600_000);
    expect(body).toMatchObject({ ...BY_CALENDAR, t: NOW + 3_600_000 });
    expect(body).toHaveProperty('holidays', [{ date: '2025-11-27', name: 'Thanksgiving Day', tradingHour: '' }]);
  });
});
