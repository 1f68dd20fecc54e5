// Builds the service worker: the list of the page's files is put into it, and so every new version of the page is a new worker.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { injectManifest } from 'workbox-build';

/** What an installed page needs: not what a shop shows of it. */
const NEEDED = ['index.html', 'manifest.webmanifest', 'assets/*.{js,css}', 'assets/icon-*.{svg,png}'];
/** Pictures that only the system asks for, once, when it installs the page. */
const NOT_NEEDED = ['assets/icon-512-*.png'];

/**
 * @param {string} outDir where the page's files have been written
 * @param {Uint8Array} script the worker without its list
 * @returns {Promise<{ contents: Buffer, precached: string[] }>} the worker, and the files that it keeps
 */
export async function buildServiceWorker(outDir, script) {
  const work = await mkdtemp(join(tmpdir(), 'tickcast-sw-'));
  try {
    const swSrc = join(work, 'source.js');
    const swDest = join(work, 'sw.js');
    await writeFile(swSrc, script);
    const precached = [];
    const { warnings } = await injectManifest({
      swSrc,
      swDest,
      globDirectory: outDir,
      globPatterns: NEEDED,
      globIgnores: NOT_NEEDED,
      // Their names say already what is in them.
      dontCacheBustURLsMatching: /^assets\//,
      manifestTransforms: [
        (entries) => {
          precached.push(...entries.map(({ url }) => url));
          const manifest = entries.map((entry) => ({
            ...entry,
            url: entry.url === 'index.html' ? '/' : `/${entry.url}`,
          }));
          return { manifest, warnings: [] };
        },
      ],
    });
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
    return { contents: await readFile(swDest), precached };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
