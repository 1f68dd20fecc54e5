import { isCount, isJsonObject } from '../../src/protocol/json.ts';
import type { FeedKind } from '../../src/protocol/wire.ts';
import { STORAGE_WITHIN_MS } from './limits.ts';

const DATABASE = 'tickcast-symbols';
const VERSION = 1;
const STORE = 'lists';

/** The list as the server sent it, under the ETag it had. Text: cloning tens of thousands of rows takes longer than reading them. */
export interface KeptList {
  readonly etag: string;
  /** When it was fetched from Finnhub, ms since 1970 UTC. */
  readonly asOf: number;
  readonly text: string;
}

/** The list kept for `feed`. A browser may deny storage, or lose it: then there is none. */
export async function readKept(feed: FeedKind): Promise<KeptList | undefined> {
  try {
    const value: unknown = await within(inStore('readonly', (store) => store.get(feed)));
    if (!isJsonObject(value)) return undefined;
    const { etag, asOf, text } = value;
    return typeof etag === 'string' && isCount(asOf) && typeof text === 'string' ? { etag, asOf, text } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps `list` in place of the one before; whether the browser has taken it. */
export async function keep(feed: FeedKind, list: KeptList): Promise<boolean> {
  try {
    await within(inStore('readwrite', (store) => store.put(list, feed)));
    return true;
  } catch {
    return false;
  }
}

async function inStore<T>(mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await settled(request(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the storage refused'));
  });
}

function within<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the storage does not answer')), STORAGE_WITHIN_MS);
  });
  return Promise.race([promise, late]);
}
