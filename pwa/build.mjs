// Builds the page: hashed chunks, styles and icons under assets/, index.html, the manifest, the service worker, and a .br and .gz
// beside every file.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import { build } from 'esbuild';
import { buildServiceWorker } from './build-worker.mjs';
import { manifest } from './manifest.mjs';

const here = import.meta.dirname;
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Which chunk plays which part; what they share counts for the first load. */
const ENTRY = 'pwa/page/main.tsx';
const CHART = 'pwa/chart/live-chart.ts';
/** The same search twice: in a worker, and for browsers that let a page have none. */
const SEARCH_WORKER = 'pwa/search/worker.ts';
const SEARCH_HERE = 'pwa/search/open-desk.ts';
const SERVICE_WORKER = 'pwa/sw/worker.ts';
/** What the first painting waits for: the choice of a theme, and the sheet that it switches. */
const EARLY = 'pwa/look/early.ts';
const LIGHT = 'pwa/look/light.css';

const TARGET = ['es2022', 'safari16'];

/**
 * @param {{ outDir: string, version: string }} options
 * @returns {Promise<Record<string, number>>} brotli bytes by role, also written to `pwa-sizes.json` beside `outDir`
 */
export async function buildPage({ outDir, version }) {
  const assets = join(outDir, 'assets');
  await mkdir(assets, { recursive: true });
  const [worker, searchHere, early, light] = await Promise.all([
    buildAlone(SEARCH_WORKER, 'search-worker.js'),
    buildAlone(SEARCH_HERE, 'search-here.js', 'esm'),
    buildAlone(EARLY, 'early.js'),
    buildAlone(LIGHT, 'light.css'),
  ]);
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
      'globalThis.TICKCAST_SEARCH_HERE': JSON.stringify(`/${searchHere.name}`),
    },
    external: ['/assets/*'],
    logLevel: 'warning',
  });
  const parts = partsOf(metafile);
  const files = new Map(outputFiles.map((file) => [`assets/${basename(file.path)}`, Buffer.from(file.contents)]));
  const styles = mergeStyles(files);
  for (const { name, contents } of [worker, searchHere, early, light, styles]) files.set(name, contents);
  const pictures = await readPictures();
  for (const { name, contents } of pictures.values()) files.set(name, contents);
  const pathOf = (picture) => `/${pictures.get(picture).name}`;
  files.set('manifest.webmanifest', Buffer.from(JSON.stringify(manifest(pathOf))));
  files.set('index.html', Buffer.from(await indexHtml(parts, { early, styles, light, pathOf })));
  const sizes = await writeAll(outDir, files);
  const { contents } = await buildAlone(SERVICE_WORKER, 'sw.js');
  const service = await buildServiceWorker(resolve(outDir), contents);
  for (const [name, size] of await writeAll(outDir, new Map([['sw.js', service.contents]]))) sizes.set(name, size);
  const sum = (names) => names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  const byRole = {
    firstLoadJs: sum([...parts.first, early.name]),
    css: sum([styles.name, light.name]),
    chart: sum(parts.chart),
    search: sum([worker.name]),
    searchHere: sum([searchHere.name]),
    html: sum(['index.html']),
    precache: sum([...service.precached, 'sw.js']),
  };
  await writeFile(join(dirname(resolve(outDir)), 'pwa-sizes.json'), `${JSON.stringify(byRole, null, 2)}\n`);
  return byRole;
}

/**
 * One file with all it needs: a style sheet, or an old-fashioned script. A worker is one, since those run wherever there are
 * workers; what they share with the page they have twice.
 */
async function buildAlone(entry, name, format = 'iife') {
  const { outputFiles } = await build({
    absWorkingDir: dirname(here),
    entryPoints: [entry],
    bundle: true,
    format,
    target: TARGET,
    minify: true,
    legalComments: 'none',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  return hashed(name, Buffer.from(outputFiles[0].contents));
}

/** Takes the styles of all chunks out of `files`, as one sheet: what comes later must not change what is there, and each is a request. */
function mergeStyles(files) {
  const sheets = [...files.keys()].filter((name) => extname(name) === '.css').sort();
  const contents = Buffer.concat(sheets.map((name) => files.get(name)));
  for (const name of sheets) files.delete(name);
  return hashed('page.css', contents);
}

/** The icons and the pictures of the page, by the names that the manifest and index.html have for them. */
async function readPictures() {
  const pictures = new Map();
  for (const folder of ['icons', 'screens']) {
    for (const file of await readdir(join(here, folder))) {
      if (/\.(?:png|svg)$/.test(file)) pictures.set(file, hashed(file, await readFile(join(here, folder, file))));
    }
  }
  return pictures;
}

function hashed(file, contents) {
  const extension = extname(file);
  return { name: `assets/${basename(file, extension)}-${hashOf(contents)}${extension}`, contents };
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
    first,
    chart: beyond(CHART),
  };
}

/** The page itself. The chart is needed at once but not first: its chunks are fetched while the first one starts. */
async function indexHtml(parts, { early, styles, light, pathOf }) {
  const links = [
    `<link rel="stylesheet" href="/${styles.name}">`,
    // Without `media`, so that it is waited for: its script, which comes after it, says at once for whom it counts.
    `<link rel="stylesheet" href="/${light.name}" data-scheme="light">`,
    `<script src="/${early.name}"></script>`,
    `<script type="module" src="/${parts.entry}"></script>`,
    ...[...parts.first.filter((name) => name !== parts.entry), ...parts.chart].map(
      (name) => `<link rel="modulepreload" href="/${name}">`,
    ),
  ];
  const template = await readFile(join(here, 'index.html'), 'utf8');
  return template.replace('{{links}}', links.join('\n    ')).replace(/\{\{(.+?)\}\}/g, (_, file) => pathOf(file));
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
