import { canonicalAddress } from './access.ts';

const decoder = new TextDecoder();

/** The peer's address as uWebSockets.js gives it, as text in its usual form. */
export function canonicalRemote(address: ArrayBuffer): string {
  return canonicalAddress(decoder.decode(address));
}
