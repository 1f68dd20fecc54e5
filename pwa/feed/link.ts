import { ensureNever } from '../../src/protocol/brand.ts';
import { CLIENT_SILENCE_MS, CLOSE_RESTART, CLOSE_TRY_AGAIN, CLOSE_UNAUTHORIZED } from '../../src/protocol/wire.ts';
import { backoffMs } from './backoff.ts';

/** An attempt to connect that takes longer than this has failed. */
export const CONNECT_TIMEOUT_MS = 8000;
/** A connection that held for this long was a good one: the next failure is the first again. */
export const HEALTHY_AFTER_MS = 5000;
/** A page that comes back asks whether the connection still lives, and waits this long for the answer. */
export const PROBE_TIMEOUT_MS = 3000;

export type LossCause = 'lost' | 'restart' | 'full';

/** The connection to Tickcast's server. All times in ms of one clock; `failures` counts the attempts lost in a row. */
export type Link =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly failures: number; readonly since: number }
  | {
      readonly phase: 'open';
      readonly failures: number;
      readonly since: number;
      readonly heardAt: number;
      /** A probe is under way and must be answered by then. */
      readonly answerBy?: number;
    }
  | { readonly phase: 'paused'; readonly failures: number; readonly until: number; readonly cause: LossCause }
  /** An access token is needed first. */
  | { readonly phase: 'locked' };

export type LinkEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened' }
  | { readonly type: 'heard' }
  | { readonly type: 'closed'; readonly code: number }
  /** The server says that a token is needed. */
  | { readonly type: 'refused' }
  /** The time `deadlineOf` named has come. */
  | { readonly type: 'due' }
  /** The tab is shown again, or the network is back. */
  | { readonly type: 'back' };

/** What the socket's owner must do: open a socket, drop the one there is, or send something that is answered. */
export type LinkAction = 'connect' | 'drop' | 'probe';

export interface LinkStep {
  readonly link: Link;
  readonly actions: readonly LinkAction[];
}

const stay = (link: Link): LinkStep => ({ link, actions: [] });

/** The next state of the connection. Pure: time and chance (`random`, 0 to 1) come in. */
export function stepLink(link: Link, event: LinkEvent, now: number, random: number): LinkStep {
  switch (event.type) {
    case 'start':
      return { link: { phase: 'connecting', failures: 0, since: now }, actions: ['drop', 'connect'] };
    case 'stop':
      return { link: { phase: 'idle' }, actions: ['drop'] };
    case 'opened':
      if (link.phase !== 'connecting') return stay(link);
      return stay({ phase: 'open', failures: link.failures, since: now, heardAt: now });
    case 'heard':
      if (link.phase !== 'open') return stay(link);
      return stay({ phase: 'open', failures: link.failures, since: link.since, heardAt: now });
    case 'closed':
      return link.phase === 'connecting' || link.phase === 'open' ? lose(link, event.code, now, random) : stay(link);
    case 'refused':
      return { link: { phase: 'locked' }, actions: ['drop'] };
    case 'due':
      return due(link, now, random);
    case 'back':
      return comeBack(link, now);
    default:
      return ensureNever(event);
  }
}

/** When `due` must be said, if nothing happens before. */
export function deadlineOf(link: Link): number | undefined {
  switch (link.phase) {
    case 'idle':
    case 'locked':
      return undefined;
    case 'connecting':
      return link.since + CONNECT_TIMEOUT_MS;
    case 'open':
      return Math.min(link.heardAt + CLIENT_SILENCE_MS, link.answerBy ?? Number.POSITIVE_INFINITY);
    case 'paused':
      return link.until;
    default:
      return ensureNever(link);
  }
}

type Connected = Extract<Link, { phase: 'connecting' | 'open' }>;

function lose(link: Connected, code: number, now: number, random: number): LinkStep {
  if (code === CLOSE_UNAUTHORIZED) return stay({ phase: 'locked' });
  const healthy = link.phase === 'open' && now - link.since >= HEALTHY_AFTER_MS;
  const failures = (healthy ? 0 : link.failures) + 1;
  const cause = code === CLOSE_RESTART ? 'restart' : code === CLOSE_TRY_AGAIN ? 'full' : 'lost';
  return stay({ phase: 'paused', failures, until: now + backoffMs(failures, random), cause });
}

function due(link: Link, now: number, random: number): LinkStep {
  const deadline = deadlineOf(link);
  if (deadline === undefined || now < deadline) return stay(link);
  switch (link.phase) {
    case 'connecting':
      return { link: lose(link, 0, now, random).link, actions: ['drop'] };
    case 'open':
      // Silent for too long, or a probe without answer: the socket is dead whatever the browser believes. Silence comes over all
      // of a server's pages at once; a probe's answer is awaited by one that somebody has just come back to.
      return link.answerBy === undefined || now < link.answerBy
        ? { link: lose(link, 0, now, random).link, actions: ['drop'] }
        : { link: { phase: 'connecting', failures: link.failures, since: now }, actions: ['drop', 'connect'] };
    case 'paused':
      return { link: { phase: 'connecting', failures: link.failures, since: now }, actions: ['connect'] };
    default:
      return stay(link);
  }
}

function comeBack(link: Link, now: number): LinkStep {
  if (link.phase === 'paused') {
    return { link: { phase: 'connecting', failures: link.failures, since: now }, actions: ['connect'] };
  }
  if (link.phase !== 'open' || link.answerBy !== undefined) return stay(link);
  return { link: { ...link, answerBy: now + PROBE_TIMEOUT_MS }, actions: ['probe'] };
}
