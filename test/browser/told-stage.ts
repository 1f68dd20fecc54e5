import type { Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { startToldPrices, type ToldPrices } from '../support/told-prices.ts';
import { PATIENCE_MS, sharedServer } from './stage.ts';

/** One server for all tests of a file, of a feed in which only those trades are made that a test wants. */
export interface ToldStage {
  readonly server: () => Promise<Tickcast>;
  readonly say: ToldPrices['say'];
  /** Pays `price` for `symbol`, which is on show, until the page shows it; `t`: when it was paid, ms since 1970 UTC. */
  readonly show: (page: Page, symbol: string, price: number, t?: number) => Promise<void>;
}

export function toldStage(): ToldStage {
  let feed: ToldPrices | undefined;
  afterAll(() => feed?.close());
  const server = sharedServer(async () => {
    feed = await startToldPrices();
    return startTickcast({
      flags: ['--finnhub-ws-url', feed.wsUrl, '--finnhub-rest-url', 'http://127.0.0.1:1'],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
  });
  const say: ToldPrices['say'] = (...trade) => feed?.say(...trade);
  const show: ToldStage['show'] = (page, symbol, price, t) =>
    expect
      .poll(
        async () => {
          say(symbol, price, t);
          return Number((await page.locator('.price').textContent())?.replaceAll(',', ''));
        },
        { timeout: PATIENCE_MS },
      )
      .toBe(price);
  return { server, say, show };
}
