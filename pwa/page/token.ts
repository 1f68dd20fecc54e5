const HTTP_UNAUTHORIZED = 401;
/** The page does not start before it knows whether the token is right. */
const ANSWER_WITHIN_MS = 8_000;
const FRAGMENT = /^#token=([\w.~-]+)$/;

/** The access token in an address's fragment, which browsers send to no server: a code to scan holds it there. */
export function tokenInAddress(hash: string): string | undefined {
  return FRAGMENT.exec(hash)?.[1];
}

/** Sends the access token once; the server answers with a cookie that scripts cannot read. `undefined` when it was right. */
export async function sendToken(token: string): Promise<string | undefined> {
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.ok) return undefined;
    return response.status === HTTP_UNAUTHORIZED
      ? 'That is not the right token.'
      : `The server answered with status ${response.status}. Try again in a moment.`;
  } catch {
    return 'The server cannot be reached.';
  }
}
