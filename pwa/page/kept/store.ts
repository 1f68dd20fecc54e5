import { type IDBPDatabase, openDB } from 'idb';

const NAME = 'tickcast-kept';
/** `tapes`: what the chart had; `rows`: what a row of the watchlist had. By feed and symbol. */
export type StoreName = 'tapes' | 'rows';
const STORES: readonly StoreName[] = ['tapes', 'rows'];
/** As many as the watchlist may have, and some that were only looked at; the ones kept longest ago go. */
const MAX_KEPT = 80;

let opening: Promise<IDBPDatabase> | undefined;

function database(): Promise<IDBPDatabase> {
  opening ??= openDB(NAME, 1, {
    upgrade(created) {
      for (const name of STORES) created.createObjectStore(name).createIndex('at', 'at');
    },
    // Another tab has a newer version of this.
    blocking: (_current, _blocked, { target }) => (target as IDBDatabase).close(),
  });
  return opening;
}

/** What was kept; `undefined` where there is nothing, or where the browser denies storage. */
export async function readKept(store: StoreName, key: string): Promise<unknown> {
  try {
    return await (await database()).get(store, key);
  } catch {
    return undefined;
  }
}

/** Keeps `values`, each with `at`, ms since 1970 UTC. A full disk or a browser that denies storage keeps nothing. */
export async function writeKept(store: StoreName, values: ReadonlyMap<string, { readonly at: number }>): Promise<void> {
  if (values.size === 0) return;
  try {
    const transaction = (await database()).transaction(store, 'readwrite');
    await Promise.all([...values].map(([key, value]) => transaction.store.put(value, key)));
    let over = (await transaction.store.count()) - MAX_KEPT;
    let cursor = over > 0 ? await transaction.store.index('at').openCursor() : null;
    while (cursor && over > 0) {
      await cursor.delete();
      over -= 1;
      cursor = await cursor.continue();
    }
    await transaction.done;
  } catch {
    opening = undefined;
  }
}
