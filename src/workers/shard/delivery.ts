import { decodeFrame, sliceFrame } from '../../protocol/frame.ts';
import { parseJson } from '../../protocol/json.ts';
import type { ResetReason, Since, Subscribed } from '../../protocol/wire.ts';
import type { Client, Subscription } from './client.ts';
import { REPLAY_PAUSE_BYTES } from './limits.ts';
import type { RingItem } from './ring.ts';
import type { TapeSymbol } from './tape.ts';

const decoder = new TextDecoder();

/** Has the recorder send what the ring does not have. */
export type Recall = (client: Client, subscription: Subscription, tape: TapeSymbol, since: Since) => void;

export const tickcastTopic = (symbol: string): string => `t/${symbol}`;
export const finnhubTopic = (symbol: string): string => `f/${symbol}`;

/**
 * Puts a client on an open symbol. A drop-in client gets what comes from now on. A `tickcast.v1` client gets `subscribed`,
 * then what it missed since its `since` (or the word that this cannot be said), then what comes.
 */
export function activate(client: Client, subscription: Subscription, tape: TapeSymbol, recall: Recall): void {
  const { ring } = tape;
  if (client.laggingSince !== undefined) {
    // Its socket would drop the answer: it gets one when it has drained.
    subscription.state = 'lagging';
    return;
  }
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
    replay(client, subscription, tape, since, resume.next, recall);
    return;
  }
  if (since && resume && !resume.ok) {
    // What the ring has forgotten, or never had, the recorder may have.
    if (resume.reason === 'ahead') restart(client, subscription, tape, resume.reason);
    else recall(client, subscription, tape, since);
    return;
  }
  client.tell(subscribed(tape, ring.id, ring.epoch, ring.seq, false));
  goLive(client, subscription);
}

/** The recorder has brought a client up to `at`: it goes on in the ring, or once more with the recorder if that has moved on. */
export function rejoin(client: Client, subscription: Subscription, tape: TapeSymbol, at: Since, recall: Recall): void {
  const resume = tape.ring.resume(at);
  subscription.since = undefined;
  if (resume.ok) replay(client, subscription, tape, at, resume.next, recall);
  else if (resume.reason === 'ahead') restart(client, subscription, tape, resume.reason);
  else recall(client, subscription, tape, at);
}

function replay(
  client: Client,
  subscription: Subscription,
  tape: TapeSymbol,
  since: Since,
  next: number,
  recall: Recall,
): void {
  subscription.state = 'replaying';
  subscription.next = next;
  subscription.epoch = since.epoch;
  subscription.seq = since.seq;
  pump(client, subscription, tape, recall);
}

/**
 * Goes on with a replay until its end or until the socket has enough to do (`drain` then calls again). Only at the end the
 * client joins the topic, so that nothing overtakes the replay: this all happens in one turn of the event loop, in which
 * nothing is published.
 */
export function pump(client: Client, subscription: Subscription, tape: TapeSymbol, recall: Recall): void {
  const { ring } = tape;
  while (subscription.next < ring.end) {
    const item = ring.at(subscription.next);
    if (!item) {
      // The ring has moved on from under a slow client: the recorder has what it lacks.
      recall(client, subscription, tape, { epoch: subscription.epoch, seq: subscription.seq });
      return;
    }
    if (!client.ws || client.ws.getBufferedAmount() > REPLAY_PAUSE_BYTES) return;
    sendItem(client, subscription, tape, item);
    subscription.next += 1;
  }
  goLive(client, subscription);
}

/**
 * Tells a client to forget what it has, and goes on with the present: under the numbers of now, since it may have missed
 * that they changed.
 */
export function restart(client: Client, subscription: Subscription, tape: TapeSymbol, reason: ResetReason): void {
  const { ring, symbol } = tape;
  subscription.since = undefined;
  client.tell(subscribed(tape, ring.id, ring.epoch, ring.seq, false));
  client.tell({ type: 'reset', symbol, epoch: ring.epoch, seq: ring.seq, reason });
  goLive(client, subscription);
}

/** Takes a client off the topic of a symbol, if it is on it. */
export function takeOff(client: Client, subscription: Subscription): void {
  if (subscription.state !== 'live') return;
  const { symbol } = subscription;
  client.ws?.unsubscribe(client.kind === 'finnhub' ? finnhubTopic(symbol) : tickcastTopic(symbol));
}

/** An item of the ring that is no frame, as a message. */
export function itemMessage(tape: TapeSymbol, item: Exclude<RingItem, { kind: 'frame' }>): string {
  return item.kind === 'gap'
    ? JSON.stringify({ type: 'gap', symbol: tape.symbol, ...item.gap })
    : JSON.stringify(subscribed(tape, item.id, item.epoch, item.seq, true));
}

function sendItem(client: Client, subscription: Subscription, tape: TapeSymbol, item: RingItem): void {
  if (item.kind !== 'frame') {
    if (item.kind === 'epoch') {
      subscription.epoch = item.epoch;
      subscription.seq = item.seq;
    }
    client.sendText(itemMessage(tape, item));
    return;
  }
  client.sendText(item.firstSeq > subscription.seq ? item.bytes : slice(item.bytes, subscription.seq + 1));
  subscription.seq = item.lastSeq;
}

/** The part of a frame from number `seq` on, for a client that has the rest. */
function slice(bytes: Uint8Array, seq: number): string | Uint8Array {
  const value = parseJson(decoder.decode(bytes));
  const frame = Array.isArray(value) ? decodeFrame(value) : undefined;
  return frame ? sliceFrame(frame, seq) : bytes;
}

function goLive(client: Client, subscription: Subscription): void {
  subscription.state = 'live';
  client.ws?.subscribe(tickcastTopic(subscription.symbol));
}

function subscribed(tape: TapeSymbol, id: number, epoch: number, seq: number, recovered: boolean): Subscribed {
  const { symbol, last } = tape;
  return { type: 'subscribed', symbol, id, epoch, seq, recovered, ...(last ? { last } : {}) };
}
