import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CatalogueEntry,
  type CatalogueSource,
  compactCatalogue,
  expandCatalogue,
} from '../../protocol/catalogue.ts';
import type { Figis } from '../../protocol/figis.ts';
import { isCount, isJsonObject, parseJson } from '../../protocol/json.ts';
import { isSymbol } from '../../protocol/symbols.ts';
import { isFigi } from './finnhub-lists.ts';

/** A list as it was last had, and when (ms since 1970 UTC). */
export interface CachedList {
  readonly asOf: number;
  readonly entries: readonly CatalogueEntry[];
  readonly figis?: Figis;
  /** What was in it once and is no longer, and has history: each as `delisted`. */
  readonly gone?: readonly CatalogueEntry[];
}
export type CachedLists = ReadonlyMap<string, CachedList>;

/** The file's form; another one is not read. */
const VERSION = 2;

/** The cache's text: each list compact, as `/api/symbols` has it, and its figis, which the page is not sent. */
export function encodeCache(source: CatalogueSource, lists: CachedLists): string {
  const encoded = [...lists].map(([name, { asOf, entries, figis, gone = [] }]) => [
    name,
    { ...compactCatalogue(source, [...entries, ...gone]), asOf, ...(figis ? { figis } : {}) },
  ]);
  return JSON.stringify({ version: VERSION, lists: encoded });
}

/** The lists of a cache's text; those that are damaged are left out. Never throws. */
export function decodeCache(text: string): CachedLists {
  const value = parseJson(text);
  const lists = new Map<string, CachedList>();
  if (!isJsonObject(value) || value.version !== VERSION || !Array.isArray(value.lists)) return lists;
  for (const item of value.lists as readonly unknown[]) {
    if (!Array.isArray(item)) continue;
    const [name, list] = item as readonly unknown[];
    const all = expandCatalogue(list);
    if (typeof name !== 'string' || !isJsonObject(list) || !isCount(list.asOf) || !all) continue;
    const figis = decodeFigis(list.figis);
    const gone = all.filter((entry) => entry.delisted);
    lists.set(name, {
      asOf: list.asOf,
      entries: gone.length > 0 ? all.filter((entry) => !entry.delisted) : all,
      ...(figis.length > 0 ? { figis } : {}),
      ...(gone.length > 0 ? { gone } : {}),
    });
  }
  return lists;
}

function decodeFigis(value: unknown): Figis {
  const figis: [string, string][] = [];
  for (const pair of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    if (!Array.isArray(pair)) continue;
    const [symbol, figi] = pair as readonly unknown[];
    if (isSymbol(symbol) && isFigi(figi)) figis.push([symbol, figi]);
  }
  return figis;
}

function fileOf(dir: string, source: CatalogueSource): string {
  return join(dir, `catalogue-${source}.json`);
}

/** What the cache has; nothing when there is none or it cannot be read. */
export async function readCache(dir: string, source: CatalogueSource): Promise<CachedLists> {
  try {
    return decodeCache(await readFile(fileOf(dir, source), 'utf8'));
  } catch {
    return new Map();
  }
}

/** Replaces the cache as a whole: a crash in the middle leaves the old one. */
export async function writeCache(dir: string, source: CatalogueSource, lists: CachedLists): Promise<void> {
  const file = fileOf(dir, source);
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(dir, { recursive: true });
  try {
    await writeFile(temporary, encodeCache(source, lists), { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
