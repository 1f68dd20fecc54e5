import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hostNames, inUrl } from '../../src/main/phone/host-names.ts';
import { scopeFor, withinScope } from '../../src/main/phone/scope.ts';
import { authorityValidity, isLeafGood, leafValidity, runsOut } from '../../src/main/phone/validity.ts';
import { problemOf } from '../../src/main/phone/words.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  address.includes(':')
    ? { address, internal, family: 'IPv6', netmask: '', mac: '', cidr: null, scopeid: 0 }
    : { address, internal, family: 'IPv4', netmask: '', mac: '', cidr: null };

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 5, 1, 12);

describe("a host's names", () => {
  it.each([
    ['desk', ['desk', 'desk.local']],
    ['Desk.local', ['desk', 'desk.local']],
    ['desk.lan.example', ['desk', 'desk.local', 'desk.lan.example']],
    ['localhost', []],
    ['', []],
    ['192.168.1.7', []],
    ['two words', []],
  ])('of %j are %j', (hostname, names) => {
    expect(hostNames(hostname, {}).names).toEqual(names);
  });
});

describe("a host's addresses", () => {
  it('are those that others can reach, the likeliest first', () => {
    const interfaces = {
      lo: [at('127.0.0.1', true), at('::1', true)],
      docker0: [at('172.17.0.1')],
      eth0: [at('2001:db8::7'), at('fe80::1'), at('fd12::7'), at('198.51.100.7'), at('192.168.1.7')],
      usb0: [at('169.254.3.4'), at('192.168.1.7')],
      gone: undefined,
    };
    expect(hostNames('desk', interfaces).addresses).toEqual([
      '192.168.1.7',
      '198.51.100.7',
      'fd12::7',
      '2001:db8::7',
      '172.17.0.1',
    ]);
  });

  it('may be none, or IPv6 only', () => {
    expect(hostNames('desk', { lo: [at('127.0.0.1', true)] }).addresses).toEqual([]);
    expect(hostNames('desk', { eth0: [at('fe80::1'), at('2001:db8::7')] }).addresses).toEqual(['2001:db8::7']);
    expect(inUrl('2001:db8::7')).toBe('[2001:db8::7]');
    expect(inUrl('desk.local')).toBe('desk.local');
  });
});

describe('what an authority may vouch for', () => {
  const scope = scopeFor({
    names: ['desk', 'desk.local'],
    addresses: ['192.168.1.7', '198.51.100.7', '2001:db8:0:5::7'],
  });

  it('is this host, names of the local network and private ranges, whatever they will be', () => {
    const later = { names: ['desk', 'other.local'], addresses: ['10.1.2.3', '172.31.0.1', '100.64.0.9', 'fd00::9'] };
    expect(withinScope(later, scope)).toEqual(later);
  });

  it('is no other name and no other public address', () => {
    const other = {
      names: ['bank.example', 'notdesk', 'desk.example', 'xlocal'],
      addresses: ['198.51.100.8', '172.32.0.1', '8.8.8.8', '2001:db8:0:6::7'],
    };
    expect(withinScope(other, scope)).toEqual({ names: [], addresses: [] });
  });

  it("is the host's own public address, and of IPv6 its network, in which the host changes addresses", () => {
    expect(scope.ranges).toContain('198.51.100.7/32');
    expect(scope.ranges).toContain('2001:db8:0:5::/64');
    expect(withinScope({ names: [], addresses: ['2001:db8:0:5:aa::1'] }, scope).addresses).toHaveLength(1);
    expect(scopeFor({ names: [], addresses: ['2001:db8::7', '2001:db8::8'] }).ranges).toContain('2001:db8:0:0::/64');
  });
});

describe('the time in which certificates are valid', () => {
  const authority = authorityValidity(NOW);
  const validity = leafValidity(NOW, authority);

  it('begins a day early, since clocks differ', () => {
    expect(NOW - authority.from).toBe(DAY_MS);
    expect(NOW - validity.from).toBe(DAY_MS);
  });

  it('is ten years for the authority, and 397 days for a leaf, but not longer than its authority', () => {
    expect(new Date(authority.to).getUTCFullYear()).toBe(2036);
    expect(validity.to - validity.from).toBe(397 * DAY_MS);
    expect(leafValidity(NOW, { from: 0, to: NOW + 40 * DAY_MS }).to).toBe(NOW + 40 * DAY_MS);
  });

  it('has run out for us when less than 30 days are left', () => {
    expect(runsOut(validity, validity.to - 31 * DAY_MS)).toBe(false);
    expect(runsOut(validity, validity.to - 29 * DAY_MS)).toBe(true);
  });
});

describe('a leaf', () => {
  const names = { names: ['desk', 'localhost'], addresses: ['192.168.1.7'] };
  const leaf = { ...names, validity: leafValidity(NOW, authorityValidity(NOW)) };

  it('serves on while names and addresses stay, in whatever order', () => {
    expect(isLeafGood(leaf, { ...names, names: ['localhost', 'desk'] }, NOW)).toBe(true);
    expect(isLeafGood(leaf, names, NOW + 365 * DAY_MS)).toBe(true);
  });

  it.each([
    ['an address changed', { ...names, addresses: ['192.168.1.8'] }, NOW],
    ['an address came', { ...names, addresses: ['192.168.1.7', '10.0.0.1'] }, NOW],
    ['an address went', { ...names, addresses: [] }, NOW],
    ['the name changed', { ...names, names: ['laptop', 'localhost'] }, NOW],
    ['it soon ends', names, NOW + 370 * DAY_MS],
    ['the clock was set back before it', names, NOW - 2 * DAY_MS],
  ])('is made again when %s', (_what, wanted, now) => {
    expect(isLeafGood(leaf, wanted, now)).toBe(false);
  });
});

describe('what keeps phones away', () => {
  const host = { names: ['desk.local'], addresses: ['198.51.100.7'] };
  const served = { names: ['desk.local', 'localhost'], addresses: ['198.51.100.7'] };

  it('is nothing where one can come in', () => {
    expect(problemOf(host, served, NOW - DAY_MS, NOW)).toBeUndefined();
  });

  it('is said in one line', () => {
    const lines = [
      problemOf({ ...host, addresses: [] }, { ...served, addresses: [] }, NOW - DAY_MS, NOW),
      problemOf(host, { ...served, addresses: [] }, NOW - DAY_MS, NOW),
      problemOf(host, served, NOW + DAY_MS, NOW),
    ];
    expect(lines[0]).toContain('it has no address in a network (only loopback)');
    expect(lines[1]).toContain('cannot vouch for 198.51.100.7: remove DATA_DIR/phone/authority.pem');
    expect(lines[2]).toContain('begins only on 2026-06-02T12:00:00.000Z');
    for (const line of lines) expect(line).not.toContain('\n');
  });
});
