import { isIP, SocketAddress } from 'node:net';

/**
 * An IP address in the one form in which addresses are compared: IPv6 short and in lower case, without a zone, and as IPv4
 * where it stands for one (`::ffff:192.0.2.1`). uWebSockets.js gives IPv6 peers in full. Another text is left as it is.
 */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const short = new SocketAddress({ address, family: 'ipv6' }).address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(short)?.[1] ?? short;
}
