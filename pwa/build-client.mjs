// Builds the package `tickcast/client`: one file of code for Node and browsers, and its types.
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const TYPES = 'types';

/** @param {{ outDir: string }} options gets `index.js`, `index.d.ts` and the tree of types that this one names */
export async function buildClient({ outDir }) {
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    buildCode(join(outDir, 'index.js')),
    buildTypes(join(outDir, TYPES)),
    writeFile(join(outDir, 'index.d.ts'), `export * from './${TYPES}/pwa/feed/index.js';\n`),
  ]);
}

async function buildCode(outfile) {
  await build({
    entryPoints: [join(here, 'feed/index.ts')],
    outfile,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: ['es2022', 'safari16'],
    minify: true,
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** The compiler takes 0.2 s for this, so that types need no build of their own. */
async function buildTypes(outDir) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', join(here, 'tsconfig.client.json'), '--outDir', outDir]);
  const files = await readdir(outDir, { recursive: true, withFileTypes: true });
  await Promise.all(
    files.filter((file) => file.isFile()).map(({ parentPath, name }) => nameAsBuilt(join(parentPath, name))),
  );
}

/** Programs' compilers know the files that are imported by the names they have once built. */
async function nameAsBuilt(path) {
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/(from '\.[^']+)\.ts'/g, "$1.js'"));
}
