import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { FrameReader, OPCODE_TEXT } from './frames.ts';

const HEAD_END = '\r\n\r\n';
const UPGRADED = 'HTTP/1.1 101';

/** A price that was shown counts for a trade that was sent at most so long before. */
const SAME_WITHIN_MS = 10_000;

interface Sent {
  readonly price: number;
  /** ms since 1970 UTC. */
  readonly at: number;
}

/** Looks at what goes to the page, and keeps when each trade of one symbol left for it. */
export class SentTrades {
  readonly #symbol: string;
  readonly #sent: Sent[] = [];
  #id: number | undefined;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** The looker at one connection. Whatever is no WebSocket is let go by. */
  watch(): (bytes: Uint8Array) => void {
    const reader = new FrameReader((opcode, bytes, start, end) => {
      if (opcode === OPCODE_TEXT) this.#receive(Buffer.from(bytes.subarray(start, end)).toString());
    });
    let head: string | undefined = '';
    let isSocket = false;
    return (bytes) => {
      if (isSocket) reader.push(bytes);
      if (head === undefined) return;
      head += Buffer.from(bytes).toString('latin1');
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      isSocket = head.startsWith(UPGRADED);
      if (isSocket) reader.push(Buffer.from(head.slice(end + HEAD_END.length), 'latin1'));
      head = undefined;
    };
  }

  #receive(text: string): void {
    const at = Date.now();
    const message = decodeServerFrame(text);
    if (message?.type === 'subscribed' && message.symbol === this.#symbol) this.#id = message.id;
    if (message?.type !== 'trades' || message.id !== this.#id) return;
    for (const { p } of message.trades) this.#sent.push({ price: p, at });
  }

  /** How many were sent in [`from`, `to`), ms since 1970 UTC. */
  count(from: number, to: number): number {
    return this.#sent.filter(({ at }) => at >= from && at < to).length;
  }

  /**
   * How long after each of the trades sent in [`from`, `to`) its price was on the screen, or that of a later one; ms, ascending.
   * `shown` is what was painted, in order. What was not shown until its end is left out.
   */
  delays(shown: readonly Sent[], from: number, to: number): number[] {
    const delays: number[] = [];
    let next = 0;
    for (const { price, at } of shown) {
      let found = -1;
      for (let i = next; i < this.#sent.length; i += 1) {
        const trade = this.#sent[i];
        if (!trade || trade.at > at) break;
        if (trade.price === price && trade.at > at - SAME_WITHIN_MS) found = i;
      }
      for (; next <= found; next += 1) {
        const sent = this.#sent[next]?.at ?? 0;
        if (sent >= from && sent < to) delays.push(at - sent);
      }
    }
    return delays.sort((a, b) => a - b);
  }
}
