import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { stampedUs } from './clock.ts';
import { RawClient } from './raw-client.ts';
import { type Contents, Tracker } from './tracker.ts';

export interface MemberOptions {
  readonly port: number;
  readonly symbols: readonly string[];
  readonly contents: Contents | undefined;
  readonly sipBytes: number | undefined;
  /** µs since 1970 UTC. */
  readonly now: () => number;
  /** Sees every text frame: how many trades it held. */
  readonly onFrame: (trades: number, bytes: Uint8Array, start: number, end: number) => void;
  /** The server closed the connection, or cut it off, after it had been served. */
  readonly onClosed: (code: number | undefined) => void;
}

/** A client of a crowd: it may lose its connection, and then goes on where it was. */
export class Member {
  readonly tracker: Tracker;
  /** When this connection's subscriptions were answered, and when the first trade came that was sent after that, µs. */
  subscribedUs: number | undefined;
  liveUs: number | undefined;
  readonly #options: MemberOptions;
  #client: RawClient | undefined;
  #onSubscribed: (() => void) | undefined;
  #onLive: (() => void) | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.tracker = new Tracker(options.symbols, options.contents);
  }

  /** Resolves when all subscriptions are answered; to `false` where the connection ended before. */
  connect(): Promise<boolean> {
    this.subscribedUs = undefined;
    this.liveUs = undefined;
    return new Promise((resolve) => {
      this.#onSubscribed = () => resolve(true);
      const client: RawClient = new RawClient(
        this.#options.port,
        {
          onOpen: () => this.tracker.subscribe(),
          onText: (bytes, start, end) => this.#receive(bytes, start, end),
          onClosed: (code) => {
            resolve(false);
            if (client === this.#client && this.subscribedUs !== undefined) this.#options.onClosed(code);
          },
        },
        this.#options.sipBytes,
      );
      this.#client = client;
    });
  }

  /** Resolves when it gets trades as they are sent. */
  live(): Promise<void> {
    return new Promise((resolve) => {
      if (this.liveUs === undefined) this.#onLive = resolve;
      else resolve();
    });
  }

  /** Nobody hears of this end. */
  drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.drop();
  }

  pause(): void {
    this.#client?.pause();
  }

  sip(bytes: number): void {
    this.#client?.sip(bytes);
  }

  #receive(bytes: Uint8Array, start: number, end: number): void {
    const { tracker } = this;
    const trades = tracker.receive(bytes, start, end);
    if (this.subscribedUs === undefined && tracker.answered === tracker.positions.length) {
      this.subscribedUs = this.#options.now();
      this.#onSubscribed?.();
    } else if (this.liveUs === undefined && trades > 0) this.#lookForLive(bytes, start, end);
    this.#options.onFrame(trades, bytes, start, end);
  }

  #lookForLive(bytes: Uint8Array, start: number, end: number): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
    const frame = decodeServerFrame(text);
    const last = frame?.type === 'trades' ? frame.trades.at(-1) : undefined;
    if (!last || stampedUs(last.t, last.v) < (this.subscribedUs ?? Number.POSITIVE_INFINITY)) return;
    this.liveUs = this.#options.now();
    this.#onLive?.();
  }
}
