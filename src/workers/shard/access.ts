import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** What a request must show, apart from what it asks for. All pure: texts in, a verdict out. */
export interface AccessRules {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly accessToken: string | undefined;
}

/**
 * Whether the `Host` a client asked for can be this server's. A page elsewhere whose name its owner points at this address
 * (DNS rebinding) still sends that name, which is none of ours.
 */
export function isAllowedHost(hostHeader: string, rules: AccessRules): boolean {
  const name = hostName(hostHeader);
  if (name === undefined) return false;
  return (
    isIP(name) !== 0 ||
    name === 'localhost' ||
    name === rules.host.toLowerCase() ||
    rules.allowedHosts.some((allowed) => allowed.toLowerCase() === name)
  );
}

/** The host of a `Host` header without its port and brackets, in lower case. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9._-]+))(?::\d{1,5})?$/.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/**
 * Whether a request with this `Origin` may be answered. Programs send none. A browser's page must be of this very host
 * (by http or https: a proxy in front may add TLS), or listed.
 */
export function isAllowedOrigin(origin: string, hostHeader: string, rules: AccessRules): boolean {
  if (origin === '') return true;
  const host = hostHeader.toLowerCase();
  return origin === `http://${host}` || origin === `https://${host}` || rules.allowedOrigins.includes(origin);
}

/** The ways a request can show its token. Empty texts where it does not. */
export interface Credentials {
  readonly authorization: string;
  readonly cookie: string;
  /** `?token=`, as Finnhub has it. */
  readonly queryToken: string;
}

/** The name of the page's cookie. */
export const COOKIE = 'tickcast_session';

/** Whether the credentials hold the access token; always where none is needed. */
export function isAuthorized(credentials: Credentials, rules: AccessRules): boolean {
  if (rules.accessToken === undefined) return true;
  const bearer = /^Bearer ([\w.~-]+)$/i.exec(credentials.authorization)?.[1];
  if ([bearer, credentials.queryToken].some((token) => token !== undefined && isToken(token, rules))) return true;
  const cookie = cookieValue(credentials.cookie);
  return cookie !== undefined && timingSafeEqual(digest(cookie), digest(cookieOf(rules.accessToken)));
}

/** Whether `token` is the access token, in a time that does not tell how much of it was right. */
export function isToken(token: string, rules: AccessRules): boolean {
  return rules.accessToken === undefined || timingSafeEqual(digest(token), digest(rules.accessToken));
}

/** What the cookie holds: it opens this server as the token does, but who finds it does not learn the token itself. */
function cookieOf(token: string): string {
  return createHmac('sha256', token).update(COOKIE).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieValue(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

/** The cookie that stands for the token for the page. `secure` where the client came by https. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${COOKIE}=${cookieOf(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000${secure ? '; Secure' : ''}`;
}

/**
 * The client's address: the peer's, or what a trusted proxy says in `X-Forwarded-For`: the last entry that is not itself a
 * trusted proxy (entries before it are the client's own claim).
 */
export function clientAddress(peer: string, forwardedFor: string, trustedProxies: readonly string[]): string {
  let address = canonicalAddress(peer);
  const hops = forwardedFor.split(',').map((hop) => hop.trim());
  while (trustedProxies.includes(address)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = canonicalAddress(hop);
  }
  return address;
}

/** `::ffff:192.0.2.1` and the long form uWebSockets.js gives are the IPv4 address they stand for; `::1` is short. */
export function canonicalAddress(address: string): string {
  const mapped = /^(?:::ffff:|(?:0{1,4}:){5}ffff:)(.+)$/i.exec(address)?.[1];
  if (mapped !== undefined) {
    if (isIP(mapped) === 4) return mapped;
    const [high, low] = mapped.split(':').map((part) => Number.parseInt(part, 16));
    if (high !== undefined && low !== undefined) return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  return /^(?:0{1,4}:){7}0{0,3}1$/.test(address) ? '::1' : address;
}
