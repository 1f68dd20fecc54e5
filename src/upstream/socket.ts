import { WebSocket } from 'ws';
import type { Ending } from './attempts.ts';
import { MAX_MESSAGE_BYTES, type Timing } from './limits.ts';

export interface SocketEvents {
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  /** A binary message; Finnhub sends none. */
  readonly onBinary: () => void;
}

/** One attempt at one WebSocket: it opens or not, and ends exactly once. It owns its timers and clears them. */
export class UpstreamSocket {
  readonly #ws: WebSocket;
  readonly ended: Promise<Ending>;
  readonly #pings: Pings;

  /** `url` carries the key: it must not reach a log. */
  constructor(url: string, timing: Pick<Timing, 'pingMs' | 'handshakeMs'>, events: SocketEvents) {
    const ws = new WebSocket(url, {
      handshakeTimeout: timing.handshakeMs,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // Broken text is for the parser to skip; by default it would end the connection.
      skipUTF8Validation: true,
    });
    this.#ws = ws;
    this.#pings = new Pings(ws);
    this.ended = new Promise((resolve) => watch(ws, this.#pings, timing.pingMs, events, resolve));
  }

  send(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text);
  }

  /**
   * Resolves once the other side has answered a ping sent now, so that it has also answered whatever was sent before, and
   * at least `ms` have passed. (Without an answer the regular pings end the connection.) Resolves, too, when it ends.
   */
  async roundTrip(ms: number): Promise<void> {
    await Promise.all([this.#pings.answered(), this.#pings.pause(ms)]);
  }

  /** Ends it at once; `ended` resolves. */
  terminate(): void {
    this.#ws.terminate();
  }
}

/**
 * The pings of one socket, numbered: a pong may answer several of them (RFC 6455, 5.5.3), so it stands for all up to its
 * number. What waits for one is let go when the socket closes.
 */
class Pings {
  readonly #ws: WebSocket;
  readonly #waiting = new Set<{ readonly number: number; readonly resolve: () => void }>();
  #sent = 0;

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('pong', (data) => this.#release(Number(data.toString())));
    ws.on('close', () => this.#release(Number.POSITIVE_INFINITY));
  }

  send(): void {
    this.#sent += 1;
    this.#ws.ping(String(this.#sent));
  }

  answered(): Promise<void> {
    if (this.#ws.readyState !== WebSocket.OPEN) return Promise.resolve();
    this.send();
    return new Promise((resolve) => this.#waiting.add({ number: this.#sent, resolve }));
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#ws.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#ws.on('close', done);
    });
  }

  #release(number: number): void {
    for (const each of this.#waiting) {
      if (!(each.number <= number)) continue;
      this.#waiting.delete(each);
      each.resolve();
    }
  }
}

function watch(
  ws: WebSocket,
  pings: Pings,
  pingMs: number,
  events: SocketEvents,
  resolve: (ending: Ending) => void,
): void {
  let opened = false;
  let lastHeard = Date.now();
  let answered = true;
  let failure = '';
  let refusedStatus: number | undefined;
  let pinging: NodeJS.Timeout | undefined;
  const heard = () => {
    lastHeard = Date.now();
    answered = true;
  };

  ws.on('open', () => {
    opened = true;
    heard();
    pinging = setInterval(() => {
      if (!answered) {
        failure = 'no answer to ping';
        ws.terminate();
        return;
      }
      answered = false;
      pings.send();
    }, pingMs);
    events.onOpen();
  });
  ws.on('pong', heard);
  ws.on('ping', heard);
  ws.on('message', (data, isBinary) => {
    heard();
    if (isBinary) events.onBinary();
    else events.onText(data.toString());
  });
  ws.on('unexpected-response', (request, response) => {
    refusedStatus = response.statusCode ?? 0;
    response.resume();
    request.destroy();
    ws.terminate();
  });
  ws.on('error', (error) => {
    failure ||= error.message;
  });
  ws.on('close', (code) => {
    clearInterval(pinging);
    if (refusedStatus !== undefined) resolve({ kind: 'refused', status: refusedStatus });
    else if (opened) resolve({ kind: 'lost', reason: failure || `closed with ${code}`, lastHeard });
    else resolve({ kind: 'failed', reason: failure || 'closed before it was open' });
  });
}
