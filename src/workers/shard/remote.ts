import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { clientAddress } from './access.ts';

const decoder = new TextDecoder();

/** The client's address: the peer's, or what trusted proxies say in any number of `X-Forwarded-For` lines. */
export function remoteAddress(response: HttpResponse, request: HttpRequest, trustedProxies: readonly string[]): string {
  const lines: string[] = [];
  if (trustedProxies.length > 0) {
    // Not by getHeader, which gives the first line: the client's own, where a proxy adds one instead of appending to it.
    request.forEach((name, value) => {
      if (name === 'x-forwarded-for') lines.push(value);
    });
  }
  return clientAddress(decoder.decode(response.getRemoteAddressAsText()), lines, trustedProxies);
}
