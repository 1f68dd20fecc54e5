// Asks a server for more than its pools can answer, in a process of its own. Usage: started by bench/pool.ts.
import { Agent, get } from 'node:http';
import type { FromStorm, ToStorm } from './lib/pool-messages.ts';
import { distinctSearches } from './lib/words.ts';

/** Connections that ask for each: more than there are threads, fewer than are told to come back. */
const EACH = 8;

const agent = new Agent({ keepAlive: true });
const counts = { searches: 0, candles: 0, busy: 0 };
let isOn = true;
let began = 0;

/** The status; the answer is read and thrown away. */
function ask(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
  });
}

async function line(port: number, next: () => string, count: 'searches' | 'candles'): Promise<void> {
  while (isOn) {
    const status = await ask(port, next());
    if (status === 200) counts[count] += 1;
    else if (status === 503) counts.busy += 1;
    else throw new Error(`answered ${status}`);
  }
}

function start({ port, symbols, from, to }: Extract<ToStorm, { type: 'start' }>): void {
  began = performance.now();
  const words = distinctSearches();
  let candles = 0;
  const nextSearch = (): string => `/api/search?q=${encodeURIComponent(words())}`;
  const nextCandles = (): string =>
    `/api/candles?symbol=${symbols[candles++ % symbols.length]}&interval=1m&from=${from}&to=${to}&limit=10080`;
  for (let i = 0; i < EACH; i += 1) {
    void line(port, nextSearch, 'searches');
    void line(port, nextCandles, 'candles');
  }
}

process.on('message', (message: ToStorm) => {
  if (message.type === 'start') {
    start(message);
    return;
  }
  isOn = false;
  const result = { ms: performance.now() - began, connections: 2 * EACH, ...counts };
  process.send?.({ type: 'stopped', result } satisfies FromStorm);
});
process.on('disconnect', () => process.exit());
