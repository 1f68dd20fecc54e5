import { createHandlerBoundToURL, type PrecacheController, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { isJsonObject } from '../../src/protocol/json.ts';
import { isSymbol } from '../../src/protocol/symbols.ts';
import { SHOW_SYMBOL, TAKE_OVER } from './messages.ts';

declare const self: ServiceWorkerGlobalScope & {
  /** Every file of this version; the build writes it in. */
  readonly __WB_MANIFEST: Parameters<PrecacheController['addToCacheList']>[0];
};

precacheAndRoute(self.__WB_MANIFEST);
// The page is at `/` alone, whatever is asked of it. What has no route here (the API, health) is none of this worker's business.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { allowlist: [/^\/(?:\?|$)/] }));

let isFirst = false;

self.addEventListener('install', () => {
  isFirst = self.registration.active === null;
});

self.addEventListener('activate', (event) => {
  // The page that brought the first worker gets its files from it too: when it wants another chunk, the server may have newer
  // ones only. Later workers take over pages that reload.
  if (isFirst) event.waitUntil(self.clients.claim());
});

self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if (isJsonObject(data) && data.type === TAKE_OVER.type) void self.skipWaiting();
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data: unknown = event.notification.data;
  if (isJsonObject(data) && isSymbol(data.symbol)) event.waitUntil(show(data.symbol));
});

/** Brings a page to the front that shows `symbol`: one that is open, or else a new one. */
async function show(symbol: string): Promise<void> {
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) {
    await self.clients.openWindow(`/?${new URLSearchParams({ symbol })}`);
    return;
  }
  page.postMessage({ type: SHOW_SYMBOL, symbol });
  await page.focus();
}
