import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { canonicalAddress } from '../../runtime/address.ts';

/** What a request must show, apart from what it asks for. All pure: texts in, a verdict out. */
export interface AccessRules {
  readonly host: string;
  readonly port: number;
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
  return origin === `http://${host}` || origin === `https://${host}` || isListedOrigin(origin, rules);
}

/** Whether pages of this origin, which need not be this host's, may use the API. */
export function isListedOrigin(origin: string, rules: AccessRules): boolean {
  return rules.allowedOrigins.includes(origin);
}

/** The ways a request can show its token. Empty texts where it does not. */
export interface Credentials {
  readonly authorization: string;
  readonly cookie: string;
  /** `?token=`, as Finnhub has it. */
  readonly queryToken: string;
}

/** Whether the credentials hold the access token; always where none is needed. */
export function isAuthorized(credentials: Credentials, rules: AccessRules): boolean {
  if (rules.accessToken === undefined) return true;
  const tokens = [bearerToken(credentials.authorization), credentials.queryToken];
  if (tokens.some((token) => token !== undefined && isToken(token, rules))) return true;
  const cookie = cookieValue(credentials.cookie, cookieName(rules));
  return cookie !== undefined && timingSafeEqual(digest(cookie), digest(cookieOf(rules.accessToken)));
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** Whether `token` is the access token, in a time that does not tell how much of it was right. */
export function isToken(token: string, rules: AccessRules): boolean {
  return rules.accessToken === undefined || timingSafeEqual(digest(token), digest(rules.accessToken));
}

/** The name of the page's cookie. Browsers send a host's cookies to all its ports, so each server's has its own name. */
function cookieName(rules: AccessRules): string {
  return `tickcast_session_${rules.port}`;
}

/** What the cookie holds: it opens this server as the token does, but who finds it does not learn the token itself. */
function cookieOf(token: string): string {
  return createHmac('sha256', token).update('tickcast_session').digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieValue(header: string, wanted: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === wanted) return value;
  }
  return undefined;
}

/** The cookie that stands for the token for the page; none where no token is needed. `secure` where the client came by https. */
export function sessionCookie(rules: AccessRules, secure: boolean): string | undefined {
  if (rules.accessToken === undefined) return undefined;
  const pair = `${cookieName(rules)}=${cookieOf(rules.accessToken)}`;
  return `${pair}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000${secure ? '; Secure' : ''}`;
}

/**
 * The client's address: the peer's, or what a trusted proxy says in `X-Forwarded-For` (its lines in order): the last entry
 * that is not itself a trusted proxy; entries before it are the client's own claim. The proxies are in canonical form.
 */
export function clientAddress(
  peer: string,
  forwardedFor: readonly string[],
  trustedProxies: readonly string[],
): string {
  let address = canonicalAddress(peer);
  const hops = forwardedFor.join(',').split(',');
  while (trustedProxies.includes(address)) {
    const hop = hopAddress(hops.pop()?.trim() ?? '');
    if (hop === undefined) break;
    address = hop;
  }
  return address;
}

/** The address in an entry of `X-Forwarded-For`, which some proxies write with a port, and IPv6 in brackets. */
function hopAddress(entry: string): string | undefined {
  const match = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(entry) ?? /^([\d.]+):\d{1,5}$/.exec(entry);
  const address = match?.[1] ?? entry;
  return isIP(address) === 0 ? undefined : canonicalAddress(address);
}
