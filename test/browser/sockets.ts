import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../src/protocol/json.ts';

/** What a page and its server said to each other, in order. */
export interface Said {
  /** The page's messages. */
  readonly asked: readonly JsonObject[];
  /** What the server sent of trades, by symbol: their numbers in the order in which they came. */
  readonly numbers: (symbol: string) => readonly number[];
  /** The subscriptions to `symbol`, oldest first, as `full` or `1hz`, with `since` where there was one. */
  readonly subscriptions: (symbol: string) => readonly string[];
}

/** Listens to the sockets of `page` from its next load on. */
export function listen(page: Page | BrowserContext): Said {
  const asked: JsonObject[] = [];
  const numbers = new Map<string, number[]>();
  const ids = new Map<number, string>();
  const onPage = (each: Page): unknown =>
    each.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        const message = parseJson(String(payload));
        if (isJsonObject(message)) asked.push(message);
      });
      socket.on('framereceived', ({ payload }) => {
        const message = decodeServerFrame(String(payload));
        if (message?.type === 'subscribed') ids.set(message.id, message.symbol);
        if (message?.type !== 'trades') return;
        const symbol = ids.get(message.id) ?? '';
        const known = numbers.get(symbol) ?? [];
        known.push(...message.trades.map((_, i) => message.seq + i));
        numbers.set(symbol, known);
      });
    });
  if ('pages' in page) page.on('page', onPage);
  else onPage(page);
  return {
    asked,
    numbers: (symbol) => numbers.get(symbol) ?? [],
    subscriptions: (symbol) =>
      asked
        .filter((message) => message.type === 'subscribe' && message.symbol === symbol)
        .map(({ rate, since }) => `${rate ?? 'full'}${since === undefined ? '' : ' since'}`),
  };
}

/** Lets a test end the sockets of the pages that `context` loads from now on, and keep them from coming back for a while. */
export async function cuttable(context: BrowserContext): Promise<(isCut: boolean) => Promise<void>> {
  const open = new Set<WebSocketRoute>();
  let cut = false;
  await context.routeWebSocket(/./, async (socket) => {
    if (cut) return void (await socket.close());
    socket.connectToServer();
    open.add(socket);
  });
  return async (isCut) => {
    cut = isCut;
    if (cut) for (const socket of open) await socket.close();
    open.clear();
  };
}
