import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { canonicalAddress } from '../../runtime/address.ts';

/** What devices of the same network may call this machine. */
export interface HostNames {
  /** Such as `desk` and `desk.local`, which phones resolve by mDNS. */
  readonly names: readonly string[];
  /** Without loopback and link-local ones; the one to be shown first comes first. */
  readonly addresses: readonly string[];
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Networks of containers, virtual machines and tunnels: a phone is rarely in one. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|tailscale|wg|tun|tap|utun|zt)/;
const PRIVATE_IPV4 = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;
const LINK_LOCAL = /^(?:169\.254\.|fe[89ab])/i;

export function hostNames(hostname: string, interfaces: Interfaces): HostNames {
  const ranked = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? [])
      .filter(({ address, internal }) => !internal && !LINK_LOCAL.test(address))
      .map(({ address }) => ({ address: canonicalAddress(address), rank: rankOf(name, address) })),
  );
  ranked.sort((a, b) => a.rank - b.rank);
  return { names: namesOf(hostname), addresses: [...new Set(ranked.map(({ address }) => address))] };
}

/** The smaller, the likelier a phone reaches it, and the shorter to type: IPv4 at home, other IPv4, IPv6. */
function rankOf(name: string, address: string): number {
  const kind = PRIVATE_IPV4.test(address) ? 0 : isIP(address) === 4 ? 1 : /^f[cd]/i.test(address) ? 2 : 3;
  return kind + (VIRTUAL.test(name) ? 10 : 0);
}

function namesOf(hostname: string): readonly string[] {
  const full = hostname.toLowerCase();
  const [short = ''] = full.split('.');
  const isName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(full) && isIP(full) === 0;
  if (!isName || short === '' || short === 'localhost') return [];
  return [...new Set([short, `${short}.local`, full])];
}

/** A host as it stands in a URL. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
