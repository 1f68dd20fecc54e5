export type Header = readonly [name: string, value: string];

/** Headers of every answer. */
export const SECURITY_HEADERS: readonly Header[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
];
export const SAME_ORIGIN: Header = ['Cross-Origin-Resource-Policy', 'same-origin'];

/** Who may read an answer of the API: this host's pages, and those of `listedOrigin` where the request came from one. */
export function sharing(listedOrigin: string | undefined): readonly Header[] {
  // Said of every answer: a cache must not give one origin what was meant for another.
  const vary: Header = ['Vary', 'Origin'];
  if (listedOrigin === undefined) return [vary, SAME_ORIGIN];
  return [vary, ['Access-Control-Allow-Origin', listedOrigin], ['Cross-Origin-Resource-Policy', 'cross-origin']];
}
