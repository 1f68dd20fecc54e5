import { decodeFrame, sliceFrame } from '../../protocol/frame.ts';
import { parseJson } from '../../protocol/json.ts';
import type { Rate, ResetReason, Since, Subscribed } from '../../protocol/wire.ts';
import type { Client, Subscription } from './client.ts';
import { REPLAY_PAUSE_BYTES } from './limits.ts';
import type { RingItem } from './ring.ts';
import type { TapeSymbol } from './tape.ts';

const decoder = new TextDecoder();

/** Where a client goes on that cannot go on here. */
export interface Onward {
  /** Has the recorder send what the ring does not have. */
  readonly recall: (client: Client, subscription: Subscription, tape: TapeSymbol, since: Since) => void;
  /** Lets a client that has everything wait for bars. */
  readonly join: (client: Client, subscription: Subscription) => void;
}

export const topicOf = (symbol: string, rate: Rate): string => `${rate}/${symbol}`;
export const finnhubTopic = (symbol: string): string => `f/${symbol}`;

/**
 * Puts a client on an open symbol. A drop-in client gets what comes from now on. A `tickcast.v1` client gets `subscribed`,
 * then what it missed since its `since` (or the word that this cannot be said), then what comes.
 */
export function activate(client: Client, subscription: Subscription, tape: TapeSymbol, onward: Onward): void {
  const { ring } = tape;
  if (isLagging(client, subscription)) return;
  if (client.kind === 'finnhub') {
    subscription.state = 'live';
    client.ws?.subscribe(finnhubTopic(tape.symbol));
    return;
  }
  const { since } = subscription;
  subscription.since = undefined;
  subscription.position = undefined;
  const resume = since && ring.resume(since);
  if (since && resume?.ok) {
    client.tell(subscribed(tape, resume.id, since.epoch, since.seq, true));
    replay(client, subscription, tape, since, resume.next, onward);
    return;
  }
  if (since && resume && !resume.ok) {
    // What the ring has forgotten, or never had, the recorder may have.
    if (resume.reason === 'ahead') restart(client, subscription, tape, resume.reason, onward);
    else onward.recall(client, subscription, tape, since);
    return;
  }
  client.tell(subscribed(tape, ring.id, ring.epoch, ring.seq, false));
  goLive(client, subscription, tape, onward);
}

/** Its socket would drop an answer: it gets one when it has drained. */
function isLagging({ laggingSince }: Client, subscription: Subscription): boolean {
  if (laggingSince === undefined) return false;
  subscription.state = 'lagging';
  return true;
}

/** A client that has everything up to `at` goes on from there at another rate: nothing comes twice. */
export function goOn(client: Client, subscription: Subscription, tape: TapeSymbol, at: Since, onward: Onward): void {
  const { ring } = tape;
  if (isLagging(client, subscription)) return;
  client.tell(subscribed(tape, ring.id, at.epoch, at.seq, true));
  replay(client, subscription, tape, at, ring.after(at.seq), onward);
}

/** The recorder has brought a client up to `at`: it goes on in the ring, or once more with the recorder if that has moved on. */
export function rejoin(client: Client, subscription: Subscription, tape: TapeSymbol, at: Since, onward: Onward): void {
  const resume = tape.ring.resume(at);
  subscription.since = undefined;
  if (resume.ok) replay(client, subscription, tape, at, resume.next, onward);
  else if (resume.reason === 'ahead') restart(client, subscription, tape, resume.reason, onward);
  else onward.recall(client, subscription, tape, at);
}

/** Sends what the ring has after `since`, from position `next` on; there is none where the ring has forgotten that. */
export function replay(
  client: Client,
  subscription: Subscription,
  tape: TapeSymbol,
  since: Since,
  next: number | undefined,
  onward: Onward,
): void {
  if (next === undefined) {
    onward.recall(client, subscription, tape, since);
    return;
  }
  begin(subscription, since, next);
  pump(client, subscription, tape, onward);
}

function begin(subscription: Subscription, since: Since, next: number): void {
  subscription.state = 'replaying';
  subscription.next = next;
  subscription.epoch = since.epoch;
  subscription.seq = since.seq;
}

/**
 * Goes on with a replay until its end or until the socket has enough to do (`drain` then calls again). Only at the end the
 * client joins the topic, so that nothing overtakes the replay: this all happens in one turn of the event loop, in which
 * nothing is published.
 */
export function pump(client: Client, subscription: Subscription, tape: TapeSymbol, onward: Onward): void {
  if (sendOn(client, subscription, tape, onward)) goLive(client, subscription, tape, onward);
}

/**
 * Sends a client that waits for bars the trades after those it has, up to number `last`. `false` where its socket has enough to
 * do, or the ring has forgotten them: it then is brought up to the ring's end like any other, and waits anew.
 */
export function bringUpTo(
  client: Client,
  subscription: Subscription,
  tape: TapeSymbol,
  last: number,
  onward: Onward,
): boolean {
  const { epoch, seq } = subscription;
  const next = tape.ring.after(seq);
  if (next === undefined) {
    onward.recall(client, subscription, tape, { epoch, seq });
    return false;
  }
  begin(subscription, subscription, next);
  return sendOn(client, subscription, tape, onward, last);
}

/** Whether everything up to number `last`, or to the ring's end, is sent. */
function sendOn(
  client: Client,
  subscription: Subscription,
  tape: TapeSymbol,
  onward: Onward,
  last: number = Number.POSITIVE_INFINITY,
): boolean {
  const { ring } = tape;
  while (subscription.next < ring.end && subscription.seq < last) {
    const item = ring.at(subscription.next);
    if (!item) {
      // The ring has moved on from under a slow client: the recorder has what it lacks.
      onward.recall(client, subscription, tape, { epoch: subscription.epoch, seq: subscription.seq });
      return false;
    }
    if (!client.ws || client.ws.getBufferedAmount() > REPLAY_PAUSE_BYTES) return false;
    sendItem(client, subscription, tape, item, last);
    subscription.next += 1;
  }
  return true;
}

/**
 * Tells a client to forget what it has, and goes on with the present: under the numbers of now, since it may have missed
 * that they changed.
 */
export function restart(
  client: Client,
  subscription: Subscription,
  tape: TapeSymbol,
  reason: ResetReason,
  onward: Onward,
): void {
  const { ring, symbol } = tape;
  subscription.since = undefined;
  client.tell(subscribed(tape, ring.id, ring.epoch, ring.seq, false));
  client.tell({ type: 'reset', symbol, epoch: ring.epoch, seq: ring.seq, reason });
  goLive(client, subscription, tape, onward);
}

/** Takes a client off the topic of a symbol, if it is on it. */
export function takeOff(client: Client, subscription: Subscription): void {
  if (subscription.state !== 'live') return;
  const { symbol, rate } = subscription;
  client.ws?.unsubscribe(client.kind === 'finnhub' ? finnhubTopic(symbol) : topicOf(symbol, rate));
}

/** An item of the ring that is no frame, as a message. */
export function itemMessage(tape: TapeSymbol, item: Exclude<RingItem, { kind: 'frame' }>): string {
  return item.kind === 'gap'
    ? JSON.stringify({ type: 'gap', symbol: tape.symbol, ...item.gap })
    : JSON.stringify(subscribed(tape, item.id, item.epoch, item.seq, true));
}

function sendItem(client: Client, subscription: Subscription, tape: TapeSymbol, item: RingItem, last: number): void {
  if (item.kind !== 'frame') {
    if (item.kind === 'epoch') {
      subscription.epoch = item.epoch;
      subscription.seq = item.seq;
    }
    client.sendText(itemMessage(tape, item));
    return;
  }
  const isWhole = item.firstSeq > subscription.seq && item.lastSeq <= last;
  client.sendText(isWhole ? item.bytes : slice(item.bytes, subscription.seq + 1, last));
  subscription.seq = Math.min(item.lastSeq, last);
}

/** The part of a frame from number `seq` to `last`, for a client that has the rest, or gets it otherwise. */
function slice(bytes: Uint8Array, seq: number, last: number): string | Uint8Array {
  const value = parseJson(decoder.decode(bytes));
  const frame = Array.isArray(value) ? decodeFrame(value) : undefined;
  return frame ? sliceFrame(frame, seq, last) : bytes;
}

/** The client has everything: what comes is published to it. Bars only together with the first ones that begin where it is. */
function goLive(client: Client, subscription: Subscription, { ring }: TapeSymbol, onward: Onward): void {
  const { symbol, rate } = subscription;
  if (rate === 'full') {
    subscription.state = 'live';
    client.ws?.subscribe(topicOf(symbol, rate));
    return;
  }
  subscription.state = 'joining';
  subscription.epoch = ring.epoch;
  subscription.seq = ring.seq;
  onward.join(client, subscription);
}

function subscribed(tape: TapeSymbol, id: number, epoch: number, seq: number, recovered: boolean): Subscribed {
  const { symbol, last } = tape;
  return { type: 'subscribed', symbol, id, epoch, seq, recovered, ...(last ? { last } : {}) };
}
