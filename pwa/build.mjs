// Builds the page: hashed chunks and styles under assets/, index.html, and a .br and .gz beside every text file.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname;
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Which chunk plays which part; what they share counts for the first load. */
const ENTRY = 'pwa/page/main.tsx';
const CHART = 'pwa/chart/live-chart.ts';
/** The same search twice: in a worker, and for browsers that let a page have none. */
const SEARCH_WORKER = 'pwa/search/worker.ts';
const SEARCH_HERE = 'pwa/search/open-desk.ts';

const TARGET = ['es2022', 'safari16'];

/**
 * @param {{ outDir: string, version: string }} options
 * @returns {Promise<Record<string, number>>} brotli bytes by role, also written to `pwa-sizes.json` beside `outDir`
 */
export async function buildPage({ outDir, version }) {
  const assets = join(outDir, 'assets');
  await mkdir(assets, { recursive: true });
  const worker = await buildWorker(SEARCH_WORKER, 'search-worker');
  const { metafile, outputFiles } = await build({
    absWorkingDir: dirname(here),
    entryPoints: [ENTRY],
    outdir: resolve(assets),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: TARGET,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    define: {
      'globalThis.TICKCAST_VERSION': JSON.stringify(version),
      'globalThis.TICKCAST_SEARCH_WORKER': JSON.stringify(`/${worker.name}`),
    },
    logLevel: 'warning',
  });
  const parts = partsOf(metafile);
  const files = new Map(outputFiles.map((file) => [`assets/${basename(file.path)}`, Buffer.from(file.contents)]));
  files.set(worker.name, worker.contents);
  const icon = await readFile(join(here, 'icons/icon.svg'));
  const iconName = `assets/icon-${hashOf(icon)}.svg`;
  files.set(iconName, icon);
  files.set('index.html', Buffer.from(await indexHtml(parts, iconName)));
  const sizes = await writeAll(outDir, files);
  const sum = (names) => names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  const byRole = {
    firstLoadJs: sum(parts.first),
    css: sum(parts.css),
    chart: sum(parts.chart),
    search: sum([worker.name]),
    searchHere: sum(parts.searchHere),
    html: sum(['index.html']),
    total: sum([...sizes.keys()]),
  };
  await writeFile(join(dirname(resolve(outDir)), 'pwa-sizes.json'), `${JSON.stringify(byRole, null, 2)}\n`);
  return byRole;
}

/** A worker is one file, and an old-fashioned script: those run wherever there are workers, and share no chunk with the page. */
async function buildWorker(entry, name) {
  const { outputFiles } = await build({
    absWorkingDir: dirname(here),
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  });
  const contents = Buffer.from(outputFiles[0].contents);
  return { name: `assets/${name}-${hashOf(contents)}.js`, contents };
}

function hashOf(contents) {
  return createHash('sha256').update(contents).digest('hex').slice(0, 8);
}

/** Sorts the outputs by what loads them. */
function partsOf(metafile) {
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [`assets/${basename(path)}`, output]),
  );
  const closure = (entryPoint) => {
    const found = new Set();
    const visit = (name) => {
      if (found.has(name)) return;
      found.add(name);
      for (const { path, kind } of outputs.get(name)?.imports ?? []) {
        if (kind === 'import-statement') visit(`assets/${basename(path)}`);
      }
    };
    for (const [name, output] of outputs) if (output.entryPoint === entryPoint && extname(name) === '.js') visit(name);
    return [...found];
  };
  const first = closure(ENTRY);
  const beyond = (entryPoint) => closure(entryPoint).filter((name) => !first.includes(name));
  return {
    entry: [...outputs].find(([name, output]) => output.entryPoint === ENTRY && extname(name) === '.js')?.[0],
    css: [...outputs.keys()].filter((name) => extname(name) === '.css'),
    first,
    chart: beyond(CHART),
    searchHere: beyond(SEARCH_HERE),
  };
}

/** The page itself. The chart is needed at once but not first: its chunks are fetched while the first one starts. */
async function indexHtml(parts, iconName) {
  const links = [
    ...parts.css.map((name) => `<link rel="stylesheet" href="/${name}">`),
    `<script type="module" src="/${parts.entry}"></script>`,
    ...[...parts.first.filter((name) => name !== parts.entry), ...parts.chart].map(
      (name) => `<link rel="modulepreload" href="/${name}">`,
    ),
  ];
  const template = await readFile(join(here, 'index.html'), 'utf8');
  return template.replace('{{icon}}', `/${iconName}`).replace('{{links}}', links.join('\n    '));
}

/** Writes every file with its compressed forms; answers their brotli sizes. */
async function writeAll(outDir, files) {
  const sizes = new Map();
  await Promise.all(
    [...files].map(async ([name, contents]) => {
      const path = join(outDir, name);
      const params = { [zlib.BROTLI_PARAM_QUALITY]: 11, [zlib.BROTLI_PARAM_SIZE_HINT]: contents.length };
      const [br, gz] = await Promise.all([brotli(contents, { params }), gzipped(contents, { level: 9 })]);
      sizes.set(name, br.length);
      await Promise.all([writeFile(path, contents), writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
    }),
  );
  return sizes;
}
