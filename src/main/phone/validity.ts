import type { HostNames } from './host-names.ts';

const DAY_MS = 24 * 3_600_000;
/** Clocks differ: what is made now is valid on a phone that is behind, too. */
const HEAD_START_MS = DAY_MS;
/** Nobody trusts an authority a second time gladly. */
const AUTHORITY_MS = 3_652 * DAY_MS;
/** Apple takes 825 days at most of authorities that a person has added; public ones are down to 398. */
const LEAF_MS = 397 * DAY_MS;
/** What has less left is made again. */
const LEAST_LEFT_MS = 30 * DAY_MS;

/** When a certificate is valid, ms since 1970 UTC. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** A certificate's names in the form of `HostNames`, and its validity. */
export interface Leaf extends HostNames {
  readonly validity: Validity;
}

export function authorityValidity(now: number): Validity {
  return wholeSeconds(now, AUTHORITY_MS);
}

/** A leaf's; never longer than its authority's. */
export function leafValidity(now: number, authority: Validity): Validity {
  const own = wholeSeconds(now, LEAF_MS);
  return { from: own.from, to: Math.min(own.to, authority.to) };
}

/** Whether so little is left that it must be made again. */
export function runsOut(validity: Validity, now: number): boolean {
  return validity.to - now < LEAST_LEFT_MS;
}

/** Whether a leaf still serves a host with these names: exactly those, now, and for a while. */
export function isLeafGood(leaf: Leaf, wanted: HostNames, now: number): boolean {
  return (
    leaf.validity.from <= now &&
    !runsOut(leaf.validity, now) &&
    isSame(leaf.names, wanted.names) &&
    isSame(leaf.addresses, wanted.addresses)
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

/** X.509 has no fractions of seconds. */
function wholeSeconds(now: number, length: number): Validity {
  const from = Math.floor((now - HEAD_START_MS) / 1000) * 1000;
  return { from, to: from + length };
}
