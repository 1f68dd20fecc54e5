import { isJsonObject } from '../../protocol/json.ts';
import { LISTS, type MappedList, mapList, type SymbolList } from './finnhub-lists.ts';
import { LIST_TIMEOUT_MS, MAX_LIST_BYTES } from './limits.ts';

/** Every list by its name, or why it could not be had. */
export type FetchedLists = ReadonlyMap<string, MappedList | { readonly problem: string }>;

/** Fetches all lists at once. The key goes in a header, so that it is in no address and in no error. */
export async function fetchLists(restUrl: string, key: string, timeoutMs = LIST_TIMEOUT_MS): Promise<FetchedLists> {
  const results = await Promise.all(
    LISTS.map(async (list): Promise<[string, MappedList | { readonly problem: string }]> => {
      try {
        return [list.name, await fetchList(list, restUrl, key, timeoutMs)];
      } catch (error) {
        return [list.name, { problem: `${list.name}: ${reasonOf(error)}` }];
      }
    }),
  );
  return new Map(results);
}

async function fetchList(list: SymbolList, restUrl: string, key: string, timeoutMs: number): Promise<MappedList> {
  const response = await fetch(`${restUrl.replace(/\/+$/, '')}${list.path}`, {
    headers: { 'X-Finnhub-Token': key, accept: 'application/json' },
    // A redirect would carry the key to another host.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new ListError(`HTTP ${response.status}`);
  }
  const mapped = mapList(list, parse(await readText(response)));
  if (!mapped) throw new ListError('the answer is not a list');
  return mapped;
}

/** Something about the answer itself; its message may be shown as it is. */
class ListError extends Error {}

async function readText(response: Response): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_LIST_BYTES) throw new ListError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ListError('the answer is not JSON');
  }
}

/** What went wrong in words of our own: never a text that might repeat a header or an address. */
function reasonOf(error: unknown): string {
  if (error instanceof ListError) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  return isJsonObject(cause) && typeof cause.code === 'string' ? cause.code : 'the connection failed';
}
