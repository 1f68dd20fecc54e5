// Holds the page and the package `tickcast/client` to their budgets, in bytes of brotli.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const KB = 1024;
const BUDGETS = { firstLoadJs: 35 * KB, chart: 90 * KB, precache: 400 * KB, client: 5 * KB };

/** The page's as its build measured them. */
const sizes = {
  ...JSON.parse(readFileSync('dist/pwa-sizes.json', 'utf8')),
  client: brotliCompressSync(readFileSync('dist/client/index.js')).length,
};
for (const [name, budget] of Object.entries(BUDGETS)) {
  const size = sizes[name];
  const ok = typeof size === 'number' && size <= budget;
  if (!ok) process.exitCode = 1;
  console.log(`${ok ? 'ok' : 'OVER'}  ${name}: ${size} of ${budget} bytes brotli`);
}
