import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, parseJson } from '../../src/protocol/json.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';

let server: Tickcast;
let worker: string;

beforeAll(async () => {
  server = await startTickcast();
  worker = await (await fetch(`${server.url}/sw.js`)).text();
});
afterAll(() => server.kill());

const get = (path: string) => fetch(`${server.url}${path}`);

/** The files that the service worker keeps. */
const kept = (): string[] => [...worker.matchAll(/"url":"([^"]+)"|url:"([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');

/** The files that the manifest names. */
async function named(): Promise<string[]> {
  const manifest = parseJson(await (await get('/manifest.webmanifest')).text());
  if (!isJsonObject(manifest)) throw new Error('no manifest');
  const lists = [manifest.icons, manifest.screenshots, manifest.shortcuts].flat();
  return [...new Set(JSON.stringify(lists).match(/\/assets\/[^"]+/g))];
}

describe('the files of the installable page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/sw.js', 'text/javascript; charset=utf-8'],
    ['/manifest.webmanifest', 'application/manifest+json; charset=utf-8'],
  ])('%s is %s and is asked for again', async (path, type) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(`${server.url}${path}`, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('have all that the manifest and the service worker name, and what has a hash never changes', async () => {
    const files = [...(await named()), ...kept()];
    expect(files.length).toBeGreaterThan(15);
    for (const path of files) {
      const { status, headers } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      const type = path.endsWith('.png') ? 'image/png' : path.endsWith('.svg') ? 'image/svg+xml' : undefined;
      if (type) expect(headers.get('content-type')).toBe(type);
      if (path.startsWith('/assets/')) expect(headers.get('cache-control')).toContain('immutable');
    }
  });

  it('are kept by the service worker as far as the page needs them, and nothing else', async () => {
    const files = kept();
    const page = await (await get('/')).text();
    for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css|svg))"/g)) {
      expect(files).toContain(path);
    }
    expect(files).toContain('/');
    expect(files).toContain('/manifest.webmanifest');
    for (const part of ['search-worker', 'search-here', 'live-chart', 'shell', 'icon-192', 'light']) {
      expect(files.filter((path) => path.includes(`/${part}-`)).length, part).toBeGreaterThan(0);
    }
    expect(files.filter((path) => /narrow|wide|\/api\/|healthz/.test(path))).toEqual([]);
  });

  it('may come from this server alone, and no style or script stands in the page itself', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("manifest-src 'self'");
    expect(policy).toContain("worker-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});
