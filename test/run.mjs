// Runs everything there is to check, and closes with one line `N passed, N failed, N skipped`.
// Usage: npm test            everything
//        npm test -- NAME…   only the tests whose file names contain NAME (no other checks)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', name);
const names = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function run(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0;
}

function check(title, command, args) {
  const started = performance.now();
  const ok = run(command, args);
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(title);
  console.log(`${ok ? 'ok' : 'FAILED'}  ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return ok;
}

/** Whether apt could bring what the tests need; only where this is root's Debian. */
function aptInstall(what, ...packages) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`installing ${what} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env };
  run('apt-get', ['update', '-qq'], quiet);
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
}

/** The browser tests need Chromium; where apt can bring it, it does. */
function ensureChromium() {
  const candidates = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  if (candidates.some((path) => path && existsSync(path))) return true;
  if (aptInstall('Chromium for the browser tests', 'chromium', 'fonts-dejavu-core')) return true;
  console.error('The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
  return false;
}

/** With it the browser of the phone's tests is told to trust an authority. */
function ensureCertutil() {
  if (['/usr/bin/certutil', '/usr/local/bin/certutil'].some(existsSync)) return true;
  if (aptInstall('certutil for the tests of --phone', 'libnss3-tools')) return true;
  console.error('The tests of --phone need certutil: install it (Debian: apt-get install libnss3-tools).');
  return false;
}

/** Without it the test of the Python example is skipped, and says so. */
function ensurePythonWebsockets() {
  const has = (python) => run(python, ['-c', 'import websockets'], { stdio: 'ignore' });
  if (has('/usr/bin/python3') || has('python3')) return;
  aptInstall('python3-websockets for the Python example', 'python3-websockets');
}

function runVitest(filters) {
  const report = join(mkdtempSync(join(tmpdir(), 'tickcast-report-')), 'report.json');
  const ok = run(process.execPath, [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  if (!existsSync(report)) {
    failures.push('tests (no report)');
    totals.failed += 1;
    return;
  }
  const result = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests;
  totals.skipped += result.numPendingTests + result.numTodoTests;
  if (!ok) failures.push('tests');
  // A file that cannot even be loaded has no tests to fail.
  if (!ok && result.numFailedTests === 0) totals.failed += 1;
}

const built = check('build', process.execPath, ['build.mjs']);
if (names.length === 0) {
  check('types: protocol', bin('tsc'), ['-p', 'src/protocol']);
  check('types: search', bin('tsc'), ['-p', 'src/search']);
  check('types: server', bin('tsc'), ['-p', 'src']);
  check('types: page', bin('tsc'), ['-p', 'pwa']);
  check('types: search worker', bin('tsc'), ['-p', 'pwa/search']);
  check('types: service worker', bin('tsc'), ['-p', 'pwa/sw']);
  check('types: tests and benchmarks', bin('tsc'), ['-p', 'test']);
  check('lint and format', bin('biome'), ['ci', '--error-on-warnings', '--colors=off']);
  check('dead code', bin('knip'), []);
  check('size budgets', process.execPath, [join('test', 'sizes.mjs')]);
}
if (built) {
  if (!ensureChromium()) {
    totals.failed += 1;
    failures.push('Chromium is missing');
  }
  if (!ensureCertutil()) {
    totals.failed += 1;
    failures.push('certutil is missing');
  }
  ensurePythonWebsockets();
  runVitest(names);
}

if (failures.length > 0) console.log(`failed: ${failures.join(', ')}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = failures.length === 0 && totals.failed === 0 ? 0 : 1;
