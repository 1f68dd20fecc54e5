import { BlockList, isIP } from 'node:net';
import type { HostNames } from './host-names.ts';

/**
 * What an authority may vouch for (X.509 name constraints), so that whoever steals its key can play this machine and
 * devices at home, but no bank. Domains include what is below them; ranges are CIDR.
 */
export interface Scope {
  readonly domains: readonly string[];
  readonly ranges: readonly string[];
}

/** Private networks (RFC 1918, RFC 6598, RFC 4193) and loopback, which are the same everywhere and lead nowhere else. */
const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
] as const;
const LOCAL_DOMAINS = ['localhost', 'local'] as const;

/** The scope of a new authority of this host. What is no private address is in it alone, or IPv6 with its network. */
export function scopeFor({ names, addresses }: HostNames): Scope {
  const isPrivate = rangeTest(PRIVATE_RANGES);
  const own = addresses.filter((address) => !isPrivate(address)).map(ownRange);
  return {
    domains: [...LOCAL_DOMAINS, ...names.filter((name) => !isWithin(name, LOCAL_DOMAINS))],
    ranges: [...PRIVATE_RANGES, ...new Set(own)],
  };
}

/** Those of the host's names and addresses that the authority may vouch for. */
export function withinScope({ names, addresses }: HostNames, scope: Scope): HostNames {
  const isInRange = rangeTest(scope.ranges);
  return {
    names: names.filter((name) => isWithin(name, scope.domains)),
    addresses: addresses.filter(isInRange),
  };
}

function isWithin(name: string, domains: readonly string[]): boolean {
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** A provider may give an IPv6 host another address every day, but out of the same /64. */
function ownRange(address: string): string {
  if (isIP(address) === 4) return `${address}/32`;
  const [left = '', right = ''] = address.split('::');
  const before = left.split(':').filter((each) => each !== '');
  const after = right.split(':').filter((each) => each !== '');
  const zeros = address.includes('::') ? 8 - before.length - after.length : 0;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function rangeTest(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', bits = ''] = range.split('/');
    list.addSubnet(net, Number(bits), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
