import { ensureNever } from '../../src/protocol/brand.ts';
import type { FeedKind, UpstreamStatus } from '../../src/protocol/wire.ts';
import { formatMoment, ordinal } from '../chart/formats.ts';
import type { Link } from './link.ts';

/** Where the chosen symbol stands with the server. */
export type Place =
  | { readonly state: 'asking' }
  | { readonly state: 'served' }
  | { readonly state: 'waiting'; readonly position: number }
  | { readonly state: 'refused'; readonly code: string };

/** `good`: all is well; `calm`: nothing is wrong, nothing moves; `busy`: it mends itself; `bad`: data is missing or wrong. */
export type Tone = 'good' | 'calm' | 'busy' | 'bad';

export interface Words {
  readonly text: string;
  readonly tone: Tone;
}

export interface Situation {
  readonly link: Link;
  /** What the browser believes about the network. */
  readonly online: boolean;
  readonly feed: FeedKind | undefined;
  readonly upstream: UpstreamStatus | undefined;
  readonly place: Place;
  /** How old what is shown is, where an earlier visit has kept it, ms since 1970 UTC. */
  readonly asOf: number | undefined;
  /** Whether the chosen symbol's market is closed by the calendar. */
  readonly marketClosed: boolean;
  /** ms since 1970 UTC by the page's clock, which `link` uses. */
  readonly now: number;
  /** The same by the server's clock, which `upstream` uses. */
  readonly serverNow: number;
}

const say = (tone: Tone, text: string): Words => ({ tone, text });

/** The state of the connection in a few words, the most pressing fact first. */
export function connectionWords(situation: Situation): Words {
  const { tone, text } = plainWords(situation);
  const { asOf, now, link } = situation;
  return {
    tone,
    text: asOf === undefined || link.phase === 'open' ? text : `${text}, as of ${formatMoment(asOf, now)}`,
  };
}

function plainWords(situation: Situation): Words {
  const { link, online, upstream, place, now } = situation;
  switch (link.phase) {
    case 'locked':
      return say('bad', 'Access token needed');
    case 'idle':
      return say('busy', 'Connecting…');
    case 'connecting':
      if (!online) return say('bad', 'Offline');
      return say('busy', link.failures === 0 ? 'Connecting…' : 'Reconnecting…');
    case 'paused':
      if (!online) return say('bad', 'Offline');
      return say('busy', `${pauseReason(link.cause)}${inSeconds(link.until - now)}`);
    case 'open':
      break;
    default:
      return ensureNever(link);
  }
  const trouble = upstream && upstreamTrouble(upstream, situation);
  if (trouble) return trouble;
  if (place.state === 'waiting') return say('busy', waitingWords(place.position));
  if (place.state === 'refused') return say('bad', 'Not available');
  if (upstream?.delayMs !== undefined) return say('bad', `Delayed ${duration(upstream.delayMs)}`);
  if (place.state === 'asking' || !upstream) return say('busy', 'Connecting…');
  if (situation.marketClosed || upstream.upstream === 'closed') return say('calm', 'Market closed');
  return say('good', 'Live');
}

/** `Waiting for a slot: 2nd in line` */
export function waitingWords(position: number): string {
  return `Waiting for a slot: ${ordinal(position)} in line`;
}

function upstreamTrouble(status: UpstreamStatus, { feed, serverNow }: Situation): Words | undefined {
  const simulated = feed === 'simulated';
  const source = simulated ? 'The simulated feed' : 'Finnhub';
  switch (status.upstream) {
    case 'unauthorized':
      return say('bad', `${source} refuses the API key`);
    case 'stale':
      return say('bad', `Data is stale since ${formatMoment(status.since, serverNow)}`);
    case 'connecting':
      if (status.reason === 'key-in-use') return say('bad', 'Another program is probably using this key');
      if (status.retryAt === undefined)
        return say('busy', `Connecting to ${simulated ? 'the simulated feed' : source}…`);
      return say('bad', `${source} unreachable, retrying${inSeconds(status.retryAt - serverNow)}`);
    case 'live':
    case 'closed':
      // Said even while connected: the drops come again and again until the other program stops.
      return status.reason === 'key-in-use' ? say('bad', 'Another program is probably using this key') : undefined;
    default:
      return ensureNever(status.upstream);
  }
}

function pauseReason(cause: 'lost' | 'restart' | 'full'): string {
  switch (cause) {
    case 'lost':
      return 'Reconnecting';
    case 'restart':
      return 'Server restarts, reconnecting';
    case 'full':
      return 'Server is full, trying again';
    default:
      return ensureNever(cause);
  }
}

/** ` in 3 s`, or an ellipsis when it is about to happen. */
function inSeconds(ms: number): string {
  return ms > 0 ? ` in ${duration(Math.ceil(ms / 1000) * 1000)}` : '…';
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
