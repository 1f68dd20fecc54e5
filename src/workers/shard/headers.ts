export type Header = readonly [name: string, value: string];

/** Headers of every answer. */
export const SECURITY_HEADERS: readonly Header[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
];
export const SAME_ORIGIN: Header = ['Cross-Origin-Resource-Policy', 'same-origin'];

/** A page of another origin may see that there was an answer, and what. */
export const ANY_ORIGIN: Header = ['Cross-Origin-Resource-Policy', 'cross-origin'];

/**
 * For a year, without the names below this one: those may be other people's. Browsers ignore it for IP addresses, and take it
 * for all ports of a name.
 */
export const HTTPS_ONLY: Header = ['Strict-Transport-Security', 'max-age=31536000'];

/** Who may read an answer of the API: this host's pages, and those of `listedOrigin` where the request came from one. */
export function sharing(listedOrigin: string | undefined): readonly Header[] {
  // Said of every answer: a cache must not give one origin what was meant for another.
  const vary: Header = ['Vary', 'Origin'];
  if (listedOrigin === undefined) return [vary, SAME_ORIGIN];
  return [vary, ['Access-Control-Allow-Origin', listedOrigin], ANY_ORIGIN];
}
