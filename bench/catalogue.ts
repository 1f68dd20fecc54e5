import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BUILTIN_CATALOGUE } from '../src/catalogue/builtin.ts';
import { type CatalogueEntry, compactCatalogue } from '../src/protocol/catalogue.ts';
import { type ListedStock, madeUpStocks, parseStocks } from '../src/upstream/simulator/stocks.ts';
import { encodeCatalogue } from '../src/workers/tasks/encode-catalogue.ts';
import { LISTS } from '../src/workers/tasks/finnhub-lists.ts';
import { type Loaded, measureServing, type Timed } from './lib/catalogue-serving.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { percentile, seededRandom } from './lib/stats.ts';

/** 10,125 stocks that Finnhub listed in 2020; beside the repository, no part of it. */
const REAL = fileURLToPath(new URL('../../shared/data/symbols-finnhub-2020.json', import.meta.url));
/** As many US stocks as Finnhub lists in 2025. */
const STOCKS = 30_000;
/** As many pairs as one venue lists, more or less. */
const PAIRS_A_VENUE = 550;
const MEASURED_AT = Date.UTC(2025, 9, 15);

/** What the catalogue weighs, and what loading and searching it costs everybody else. */
export async function runCatalogue(options: Options): Promise<string> {
  const real = realStocks();
  const taken = new Set(real.map(({ symbol }) => symbol));
  const stocks = [...real, ...madeUpStocks(STOCKS - real.length, taken)].map(entryOf);
  const sets: readonly (readonly [string, readonly CatalogueEntry[]])[] = [
    ['built in', BUILTIN_CATALOGUE],
    ['US stocks of 2020', stocks.slice(0, real.length)],
    ['with made-up ones', stocks],
    ['and the pairs of 18 venues', [...stocks, ...pairs()]],
  ];
  const rows: string[][] = [];
  for (const [name, entries] of sets) {
    const started = performance.now();
    const { identity, gzip, brotli } = await encodeCatalogue(compactCatalogue('finnhub', entries), MEASURED_AT);
    const ms = performance.now() - started;
    const kB = [identity, gzip, brotli].map((bytes) => show(bytes.byteLength / 1e3, 0));
    rows.push([name, String(entries.length), ...kB, show(brotli.byteLength / entries.length, 1), show(ms, 0)]);
    process.stdout.write(`catalogue: ${rows.at(-1)?.join('  ')}\n`);
  }
  const served = await measureServing(options, [
    ...(real.length > 0 ? ['--stocks', REAL] : []),
    '--symbols',
    `${STOCKS}`,
  ]);
  return section(rows, served, real.length);
}

function realStocks(): readonly ListedStock[] {
  if (!existsSync(REAL)) return [];
  const parsed = parseStocks(readFileSync(REAL, 'utf8'));
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.stocks;
}

function entryOf({ symbol, description, type }: ListedStock): CatalogueEntry {
  return { symbol, description, market: 'us', type };
}

/** Pairs of made-up coins and currencies, every venue with a choice of its own of the same ones. */
function pairs(): CatalogueEntry[] {
  const random = seededRandom(1);
  const coins = madeUpStocks(1_200, new Set()).map(({ symbol }) => symbol.slice(0, 3 + Math.floor(random() * 3)));
  const entries = new Map<string, CatalogueEntry>();
  for (const { name, market } of LISTS.slice(1)) {
    for (let i = 0; i < PAIRS_A_VENUE; i += 1) {
      const base = coins[Math.floor(random() ** 2 * coins.length)] ?? '';
      const quote = ['USDT', 'USD', 'EUR', 'BTC'][Math.floor(random() * 4)] ?? '';
      const symbol = `${name}:${base}${market === 'forex' ? '_' : ''}${quote}`;
      entries.set(symbol, { symbol, description: `${base}/${quote}`, market, type: name });
    }
  }
  return [...entries.values()];
}

function section(sizes: readonly (readonly string[])[], served: Loaded, real: number): string {
  const head = ['', 'symbols', 'JSON kB', 'gzip kB', 'brotli kB', 'brotli bytes a symbol', 'encoded in ms'];
  const times: readonly (readonly [string, Timed])[] = [
    ['a shard (`/healthz`), at rest', served.shard.quiet],
    ['a shard, while the catalogue is fetched and encoded', served.shard.loading],
    ['main (`/api/market`), at rest', served.main.quiet],
    ['main, while the catalogue is fetched and encoded', served.main.loading],
    ['`/api/candles`, at rest', served.candles.quiet],
    ['`/api/candles`, in a storm of searches', served.candles.storm],
    ['`/api/search`, one after the other, none asked before', served.search],
  ];
  const rows = times.map(([name, { ms }]) => {
    const sorted = Float64Array.from(ms).sort();
    const at = [0.5, 0.95, 0.99, 1].map((q) => show(percentile(sorted, q), 1));
    return [name, String(ms.length), ...at];
  });
  return `## Catalogue

${table(head, sizes)}

${real === 0 ? 'All stocks are made up.' : `${real} stocks are Finnhub's of 2020, the others made up in their shape.`} Brotli's quality is 9. The list is encoded in a pool's thread.
The machine's load average was ${show(loadavg()[0] ?? Number.NaN, 1)}: above the number of cores, times in ms are mostly those of its other work.

${table(['answers of', 'asked', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms'], rows)}

- Loading: ${STOCKS} stocks are fetched over HTTP from the simulator in a process of its own, read, cached, encoded and handed out: ${show(served.loadMs, 0)} ms
  from the server's start. Everything runs on this one machine, the simulator and the one that measures too.
- The storm: ${served.stormConnections} connections that search without a pause, no words twice; ${show(served.stormPerSecond, 0)} searches a second were answered, ${served.stormBusy} were told to come back.
- The first search of a server starts the thread and builds the index: ${show(served.firstSearchMs, 0)} ms.`;
}
