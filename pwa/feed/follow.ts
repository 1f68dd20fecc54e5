import type { BarsFrame } from '../../src/protocol/bars.ts';
import type { FrameTrade, TradesFrame } from '../../src/protocol/frame.ts';
import type { Reset, Since, Subscribed } from '../../src/protocol/wire.ts';

/**
 * How far a symbol's trades have been followed: numbers up to `seq` of `epoch` are known. `id` is what frames carry while
 * the server sends this symbol; there is none from a subscription to its answer.
 */
export interface Following {
  readonly epoch: number | undefined;
  readonly seq: number;
  readonly id: number | undefined;
}

export const NOTHING_FOLLOWED: Following = { epoch: undefined, seq: 0, id: undefined };

/** What to tell the server when subscribing (again). */
export function sinceOf(following: Following): Since | undefined {
  return following.epoch === undefined ? undefined : { epoch: following.epoch, seq: following.seq };
}

/** A subscription was sent: nothing is taken until the server answers, since its answer says where it goes on. */
export function ask(following: Following): Following {
  return { ...following, id: undefined };
}

export interface FollowedFrame {
  readonly following: Following;
  /** The trades that are new, in order. */
  readonly fresh: readonly FrameTrade[];
  /** Numbers are missing before this frame: the server must be asked again. */
  readonly hole: boolean;
}

/** Takes what is new in a frame. Frames of other symbols and numbers already seen are skipped; a hole takes nothing. */
export function followFrame(following: Following, frame: TradesFrame): FollowedFrame {
  const skip = { following, fresh: [], hole: false };
  if (following.id !== frame.id) return skip;
  const last = frame.seq + frame.trades.length - 1;
  if (last <= following.seq) return skip;
  if (frame.seq > following.seq + 1) return { following, fresh: [], hole: true };
  const fresh = frame.trades.slice(following.seq + 1 - frame.seq);
  return { following: { ...following, seq: last }, fresh, hole: false };
}

export interface FollowedBars {
  readonly following: Following;
  /** Whether the bars are new. */
  readonly taken: boolean;
  /** They do not begin where the numbers known end: the server must be asked again. */
  readonly hole: boolean;
}

/** Takes bars that begin with the next number: of those that begin elsewhere no part can be taken. */
export function followBars(following: Following, { id, seq, count }: BarsFrame): FollowedBars {
  const last = seq + count - 1;
  if (following.id !== id || last <= following.seq) return { following, taken: false, hole: false };
  if (seq !== following.seq + 1) return { following, taken: false, hole: true };
  return { following: { ...following, seq: last }, taken: true, hole: false };
}

export interface FollowedAnswer {
  readonly following: Following;
  /** What the server goes on with does not join what was known: the line breaks. */
  readonly broken: boolean;
}

/** The server's answer to a subscription, or its word that a new epoch has begun. */
export function followSubscribed(following: Following, answer: Subscribed): FollowedAnswer {
  const joins = following.epoch === answer.epoch && answer.seq <= following.seq;
  return {
    following: {
      epoch: answer.epoch,
      // A lower number is the server sending again what is known already; it is skipped, not taken twice.
      seq: joins ? following.seq : answer.seq,
      id: answer.id,
    },
    broken: following.epoch !== undefined && !joins,
  };
}

/** A gap was told: what comes next is the trade it names. Nothing changes where no number was lost. */
export function followGap(following: Following, toSeq: number | undefined): Following {
  return toSeq === undefined ? following : { ...following, seq: Math.max(following.seq, toSeq - 1) };
}

/** The server cannot say what was missed. */
export function followReset(following: Following, reset: Reset): Following {
  return { ...following, epoch: reset.epoch, seq: reset.seq };
}
