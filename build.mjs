// Builds everything into dist/: the server's entries (one file a thread), the page with hashed names, and the package
// `tickcast/client`.
// Usage: node build.mjs [--out FOLDER] [--version VERSION]      dist/ and the package's version unless said otherwise
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildPage } from './pwa/build.mjs';
import { buildClient } from './pwa/build-client.mjs';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'dist' }, version: { type: 'string' } },
});
const version = values.version ?? createRequire(import.meta.url)('./package.json').version;
const started = performance.now();

/** One file a thread; packages stay in node_modules. */
const SERVER_ENTRIES = {
  main: 'src/main/main.ts',
  upstream: 'src/upstream/worker.ts',
  shard: 'src/workers/shard/worker.ts',
  recorder: 'src/workers/recorder/worker.ts',
  tasks: 'src/workers/tasks/worker.ts',
  simulator: 'src/upstream/simulator/worker.ts',
  'simulator-cli': 'src/upstream/simulator/cli.ts',
};

/** Built beside its folder and then put in its place, so that a server that runs from there never misses a file for long. */
const OUT = `dist.new-${process.pid}`;

async function buildServer() {
  await build({
    entryPoints: SERVER_ENTRIES,
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    define: { 'process.env.TICKCAST_VERSION': JSON.stringify(version) },
    logLevel: 'warning',
  });
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await Promise.all([
  buildServer(),
  buildPage({ outDir: `${OUT}/pwa`, version }),
  buildClient({ outDir: `${OUT}/client` }),
]);
await rm(values.out, { recursive: true, force: true });
await rename(OUT, values.out);
console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
