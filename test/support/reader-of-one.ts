import type { WebSocket } from 'uWebSockets.js';
import { expect } from 'vitest';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { Gap, Rate, Since } from '../../src/protocol/wire.ts';
import { Client, type SocketData } from '../../src/workers/shard/client.ts';
import type { Hub } from '../../src/workers/shard/hub.ts';
import { type FakeApp, FakeSocket } from './fake-app.ts';
import { SYMBOL, type UpstreamOfOne } from './upstream-of-one.ts';

/** A client of a hub that follows one symbol and holds what it reads to the protocol, and to what upstream has had. */
export class ReaderOfOne {
  readonly socket: FakeSocket;
  readonly client: Client;
  readonly gaps: Gap[] = [];
  /** How often it was sent on to the present, the first time too. */
  jumps = 0;
  /** How many trades came as such, and how many in bars. */
  inTrades = 0;
  inBars = 0;
  readonly #hub: Hub;
  readonly #upstream: UpstreamOfOne;
  #read = 0;
  readonly #told: string[] = [];
  #at: Since | undefined;
  #id: number | undefined;
  #rate: Rate = 'full';
  /** It may be sent on to the present without a reset: it asked for nothing else, or could not be told where it would go on. */
  #mayJump = true;
  /** `subscribed` has said that it goes on elsewhere. */
  #owesReset = false;

  constructor(hub: Hub, app: FakeApp, upstream: UpstreamOfOne) {
    this.#hub = hub;
    this.#upstream = upstream;
    this.socket = new FakeSocket(app);
    this.client = new Client('tickcast', '127.0.0.1', true, Date.now());
    this.client.ws = this.socket as unknown as WebSocket<SocketData>;
  }

  get at(): Since | undefined {
    return this.#at;
  }

  /** Without `since` it asks for the present only where it gets every trade and goes on to. */
  subscribe(rate: Rate = 'full', since?: Since): void {
    this.#take();
    this.#mayJump ||= !since && rate === 'full' && this.#rate === 'full';
    this.#rate = rate;
    this.#hub.subscribe(this.client, SYMBOL, since, rate);
  }

  unsubscribe(): void {
    this.#hub.unsubscribe(this.client, SYMBOL);
  }

  /** Its socket takes no more: it gets nothing until `drain`. */
  lag(): void {
    this.client.laggingSince ??= Date.now();
    this.socket.buffered = 1;
    this.#take();
    this.#mayJump = true;
    this.#hub.suspend(this.client);
  }

  drain(): void {
    this.socket.buffered = 0;
    this.#hub.drained(this.client);
  }

  /** What came since the last time, in short. */
  read(): string[] {
    this.#take();
    return this.#told.splice(0);
  }

  #take(): void {
    const told = this.#told;
    for (; this.#read < this.socket.received.length; this.#read += 1) {
      const message = decodeServerFrame(JSON.stringify(this.socket.received[this.#read]));
      if (!message) throw new Error('something that is no message');
      switch (message.type) {
        case 'trades':
          for (const [i, { p }] of message.trades.entries()) expect(p).toBe(this.#next(message.id, message.seq + i));
          this.inTrades += message.trades.length;
          told.push(`trades ${message.seq}-${message.seq + message.trades.length - 1}`);
          break;
        case 'bars': {
          const { id, seq, count, bars } = message;
          const prices = Array.from({ length: count }, (_, i) => this.#next(id, seq + i) ?? Number.NaN);
          expect(Math.min(...bars.map(({ low = Number.NaN }) => low))).toBe(Math.min(...prices));
          expect(Math.max(...bars.map(({ high = Number.NaN }) => high))).toBe(Math.max(...prices));
          expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(count);
          this.inBars += count;
          told.push(`bars ${seq}-${seq + count - 1}`);
          break;
        }
        case 'subscribed': {
          const { id, epoch, seq, recovered } = message;
          if (recovered && epoch === this.#at?.epoch) expect(seq, 'it goes on where it was').toBe(this.#at.seq);
          if (!recovered && this.#mayJump) this.jumps += 1;
          else if (!recovered) this.#owesReset = epoch !== this.#at?.epoch || seq !== this.#at.seq;
          this.#mayJump = false;
          this.#at = { epoch, seq };
          this.#id = id;
          told.push(`subscribed ${seq}${recovered ? '' : ' anew'}`);
          break;
        }
        case 'gap':
          if (message.fromSeq !== undefined) expect(message.fromSeq, 'a gap in its place').toBe(this.#at?.seq);
          this.gaps.push(message);
          told.push(`gap ${message.cause}`);
          break;
        case 'reset':
          this.jumps += 1;
          this.#owesReset = false;
          this.#at = { epoch: message.epoch, seq: message.seq };
          told.push(`reset ${message.seq}`);
          break;
        default:
      }
    }
  }

  /** Takes the next number of the stream; the price that was paid there. */
  #next(id: number, seq: number): number | undefined {
    expect(id).toBe(this.#id);
    expect(seq, 'neither a hole nor a repeat').toBe((this.#at?.seq ?? Number.NaN) + 1);
    expect(this.#owesReset).toBe(false);
    const epoch = this.#at?.epoch ?? 0;
    this.#at = { epoch, seq };
    return this.#upstream.priceOf(epoch, seq);
  }
}
