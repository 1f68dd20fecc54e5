/** What the page tells a service worker that waits: to take over from the version before. */
export const TAKE_OVER = { type: 'SKIP_WAITING' } as const;
