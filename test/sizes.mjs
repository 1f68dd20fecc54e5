// Holds the page to its budgets, in bytes of brotli, as the build measured them.
import { readFileSync } from 'node:fs';

const KB = 1024;
const BUDGETS = { firstLoadJs: 35 * KB, chart: 90 * KB, total: 400 * KB };

const sizes = JSON.parse(readFileSync('dist/pwa-sizes.json', 'utf8'));
for (const [name, budget] of Object.entries(BUDGETS)) {
  const size = sizes[name];
  const ok = typeof size === 'number' && size <= budget;
  if (!ok) process.exitCode = 1;
  console.log(`${ok ? 'ok' : 'OVER'}  ${name}: ${size} of ${budget} bytes brotli`);
}
