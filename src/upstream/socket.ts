import { WebSocket } from 'ws';
import { MAX_MESSAGE_BYTES, type Timing } from './limits.ts';

/** How a connection ended: refused with an HTTP status, could not be made, or was lost after it was open. */
export type Ending =
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** `lastHeard`: when the socket last showed life, ms since 1970 UTC; a hang is noticed later than it begins. */
  | { readonly kind: 'lost'; readonly reason: string; readonly lastHeard: number };

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
    this.ended = new Promise((resolve) => watch(ws, timing.pingMs, events, resolve));
  }

  send(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text);
  }

  /** Ends it at once; `ended` resolves. */
  terminate(): void {
    this.#ws.terminate();
  }
}

function watch(ws: WebSocket, pingMs: number, events: SocketEvents, resolve: (ending: Ending) => void): void {
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
      ws.ping();
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
