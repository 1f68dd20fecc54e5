import type { UpstreamStatus } from '../protocol/wire.ts';
import type { Health } from './health.ts';

/** What one connection to Finnhub is doing. Times in ms since 1970 UTC. */
export type Phase =
  | { readonly phase: 'connecting'; readonly since: number; readonly retryAt?: number; readonly suspect: boolean }
  | { readonly phase: 'unauthorized'; readonly since: number; readonly retryAt: number }
  | { readonly phase: 'connected'; readonly since: number };

/** Lateness is told in steps, so that the status does not change with every look. */
const DELAY_STEP_MS = 1_000;

/**
 * The one status of the feed out of all connections (the worst of them counts: with several keys, symbols belong to one
 * each) and its health. `previous` keeps its `since` while the state stays the same; a new state begins now, or when the
 * connection it comes from came to it, if that is not before the state it follows.
 */
export function statusOf(
  phases: readonly Phase[],
  health: Health,
  now: number,
  previous: UpstreamStatus | undefined,
): UpstreamStatus {
  const status = worst(phases) ?? healthy(phases, health);
  if (previous?.upstream === status.upstream) return { ...status, since: previous.since };
  const isNews = status.since !== undefined && status.since >= (previous?.since ?? 0);
  return { ...status, since: isNews ? status.since : now };
}

type Undated = Omit<UpstreamStatus, 'since'> & { readonly since?: number };

function worst(phases: readonly Phase[]): Undated | undefined {
  for (const phase of phases) {
    if (phase.phase === 'unauthorized') {
      return { upstream: 'unauthorized', since: phase.since, retryAt: phase.retryAt };
    }
  }
  for (const phase of phases) {
    if (phase.phase !== 'connecting') continue;
    return {
      upstream: 'connecting',
      since: phase.since,
      ...(phase.retryAt === undefined ? {} : { retryAt: phase.retryAt }),
      ...(phase.suspect ? { reason: 'key-in-use' as const } : {}),
    };
  }
  return undefined;
}

function healthy(phases: readonly Phase[], health: Health): Undated {
  const delay =
    health.delayMs === undefined ? {} : { delayMs: Math.round(health.delayMs / DELAY_STEP_MS) * DELAY_STEP_MS };
  if (health.stale) return { upstream: 'stale', ...delay };
  if (health.closed) return { upstream: 'closed', ...delay };
  return { upstream: 'live', since: Math.max(0, ...phases.map((phase) => phase.since)), ...delay };
}

export function sameStatus(a: UpstreamStatus, b: UpstreamStatus): boolean {
  return (
    a.upstream === b.upstream &&
    a.since === b.since &&
    a.retryAt === b.retryAt &&
    a.delayMs === b.delayMs &&
    a.reason === b.reason
  );
}
