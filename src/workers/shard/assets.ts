import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Encoded } from './encoding.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};

/** Files below `assets/` have a hash of their content in their name and never change; all others are asked for again. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

/**
 * Reads the page's files into memory, by URL path (`/`, `/assets/…`), each with its precompressed forms (`.br`, `.gz`) where
 * the build made them. Nothing else on the disk can be asked for: a path is a key, not a file name.
 */
export function loadAssets(dir: string): ReadonlyMap<string, Encoded> {
  const assets = new Map<string, Encoded>();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(?:br|gz)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(dir, file).split(sep).join('/')}`;
    assets.set(path === '/index.html' ? '/' : path, loadAsset(file, path));
  }
  return assets;
}

function loadAsset(file: string, path: string): Encoded {
  const identity = readFileSync(file);
  const read = (suffix: string): Buffer | undefined =>
    existsSync(`${file}${suffix}`) ? readFileSync(`${file}${suffix}`) : undefined;
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    cacheControl: path.startsWith('/assets/') ? IMMUTABLE : REVALIDATE,
    identity,
    brotli: read('.br'),
    gzip: read('.gz'),
  };
}
