import { describe, expect, it } from 'vitest';
import type { SimulatorFault } from '../../src/upstream/simulator/faults.ts';
import { startFakeFinnhub } from '../support/fake-finnhub.ts';
import { json, startFakeRest } from '../support/fake-rest.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { startTickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('each');

/** A server of its own with a REST API in trouble: what Finnhub said once holds for every shard of a server. */
async function startWith(fault: SimulatorFault) {
  const { tickcast, simulator } = await startRig();
  await until('the lists are loaded', () => tickcast.log.some(({ msg }) => msg === 'catalogue loaded'));
  simulator.inject(fault);
  return { tickcast, get: (path: string) => fetch(`${tickcast.url}/api/${path}`) };
}

describe('what Finnhub will not answer', () => {
  it.each([
    [401, 502, 'finnhub', null],
    [403, 502, 'finnhub', null],
    [429, 503, 'busy', '60'],
    [500, 502, 'finnhub', null],
  ])('(%d) is told as %d, and whether the market is open by the calendar', async (from, to, code, retryAfter) => {
    const { tickcast, get } = await startWith({ type: 'rest-status', status: from });
    const quote = await get('quote?symbol=AAPL');
    expect(quote.status).toBe(to);
    expect(quote.headers.get('retry-after')).toBe(retryAfter);
    expect(await quote.json()).toMatchObject({ error: { code } });
    const market = await get('market');
    expect(market.status).toBe(200);
    expect(await market.json()).toMatchObject({ exchange: 'US', source: 'calendar' });
    expect((await fetch(`${tickcast.url}/readyz`)).status).toBe(200);
    expect(tickcast.output()).not.toContain('test-key');
  });

  it('for want of time is given up after 10 s', async () => {
    const { get } = await startWith({ type: 'rest-hang' });
    const quote = await get('quote?symbol=AAPL');
    expect(quote.status).toBe(502);
    expect(await quote.json()).toEqual({
      error: { code: 'finnhub', message: 'Finnhub did not answer: no answer in time.' },
    });
  });

  it('is not taken for a price: a quote of zeros is unknown, a broken one an error', async () => {
    const rest = await startFakeRest(() => json([]));
    const { wsUrl } = await startFakeFinnhub();
    const tickcast = await startTickcast({
      flags: ['--finnhub-ws-url', wsUrl, '--finnhub-rest-url', rest.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
    later(() => tickcast.kill());
    const get = (symbol: string) => fetch(`${tickcast.url}/api/quote?symbol=${symbol}`);
    rest.answer(() => json({ c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 }));
    expect(await (await get('AAPL')).json()).toMatchObject({ known: false, c: null, dp: null, source: 'finnhub' });
    rest.answer(() => ({ status: 200, text: '{"c":25' }));
    const broken = await get('MSFT');
    expect(broken.status).toBe(502);
    expect(await broken.json()).toEqual({
      error: { code: 'finnhub', message: 'Finnhub did not answer: the answer is not JSON.' },
    });
  });
});
