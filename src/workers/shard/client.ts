import type { WebSocket } from 'uWebSockets.js';
import type { Rate, ServerMessage, Since } from '../../protocol/wire.ts';
import { MessageBudget } from './budget.ts';
import { MAX_UNTOLD } from './limits.ts';

/** What uWebSockets.js' `send` returns where it has dropped the message. */
const DROPPED = 2;

/** How far a client is with one symbol. */
export interface Subscription {
  readonly symbol: string;
  rate: Rate;
  /**
   * `pending`: the symbol has no slot yet; `recalling`: it is being sent what the recorder has; `replaying`: it is being sent
   * what it missed; `joining`: it has that, and waits for bars; `live`: it is on the topic of its rate; `lagging`: its socket
   * takes no more, and it is off the topic.
   */
  state: 'pending' | 'recalling' | 'replaying' | 'joining' | 'live' | 'lagging';
  /** What the client has, where it can go on from there. */
  since: Since | undefined;
  /** While replaying: the position in the ring to go on at. */
  next: number;
  /** While replaying or joining: the last number sent and its epoch. */
  epoch: number;
  seq: number;
  /** While recalling: the recall's number. */
  recall: number | undefined;
  /** The place in line it was told. */
  position: number | undefined;
  toldInvalid: boolean;
}

/** What uWebSockets.js keeps with a socket: it copies the properties, so an object with methods has to be one of them. */
export interface SocketData {
  readonly client: Client;
}

/** One WebSocket connection. */
export class Client {
  readonly kind: 'tickcast' | 'finnhub';
  readonly address: string;
  readonly subscriptions = new Map<string, Subscription>();
  readonly budget: MessageBudget;
  readonly connectedAt: number;
  authorized: boolean;
  /** Set while the connection is open: using a closed one throws. */
  ws: WebSocket<SocketData> | undefined;
  /** When it was last sent something of its own, ms since 1970 UTC. */
  lastSent: number;
  /**
   * Where its socket takes no more: since when it has taken nothing at all, ms since 1970 UTC; and whether the client has been
   * taken off its topics for that.
   */
  laggingSince: number | undefined;
  isSuspended = false;
  /** Errors that its socket did not take. What else was dropped is said anew once it has drained. */
  #untold: ServerMessage[] = [];

  constructor(kind: Client['kind'], address: string, authorized: boolean, now: number) {
    this.kind = kind;
    this.address = address;
    this.authorized = authorized;
    this.connectedAt = now;
    this.lastSent = now;
    this.budget = new MessageBudget(now);
  }

  get isPatient(): boolean {
    return this.kind === 'tickcast';
  }

  /** Sends a message of `tickcast.v1`. */
  tell(message: ServerMessage): void {
    const isTaken = this.laggingSince === undefined && this.sendText(JSON.stringify(message));
    if (!isTaken && message.type === 'error' && this.#untold.length < MAX_UNTOLD) this.#untold.push(message);
  }

  /** Sends a frame; `false` where the socket takes no more and it is dropped. */
  sendText(text: string | Uint8Array): boolean {
    if (!this.ws) return false;
    this.lastSent = Date.now();
    return this.ws.send(text) !== DROPPED;
  }

  /** What is sent within leaves in one write. uWebSockets.js does so by itself in what it calls, but for `drain`. */
  together(send: () => void): void {
    if (this.ws) this.ws.cork(send);
    else send();
  }

  /** Its socket takes more again: first of all the errors it has not been told. */
  resume(): void {
    this.laggingSince = undefined;
    this.isSuspended = false;
    for (const message of this.#untold.splice(0)) this.tell(message);
  }

  /** Closes the connection: uWebSockets.js calls `close` before this returns. Not to be called from within `dropped`. */
  end(code: number, reason: string): void {
    this.ws?.end(code, reason);
  }
}
