/** What the page tells a service worker that waits: to take over from the version before. */
export const TAKE_OVER = { type: 'SKIP_WAITING' } as const;
/** What the worker tells a page whose notification was tapped; its symbol is beside it. */
export const SHOW_SYMBOL = 'SHOW_SYMBOL';
