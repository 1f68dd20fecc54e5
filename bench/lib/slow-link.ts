import { connect, createServer, type Socket } from 'node:net';

/** What one direction carries, and how long a byte is under way. */
interface Direction {
  readonly bytesPerSecond: number;
  readonly delayMs: number;
}

export interface LinkSpeed {
  /** To the browser. */
  readonly down: Direction;
  readonly up: Direction;
}

/**
 * "Fast 4G" as Chromium's DevTools have it (front_end/core/sdk/NetworkManager.ts): 9 Mbit/s down and 1.5 up, a tenth less each,
 * and 60 ms × 2.75 for a round trip.
 */
const ROUND_TRIP_MS = 60 * 2.75;
const megabits = (count: number): number => (count * 1e6 * 0.9) / 8;
export const FAST_4G: LinkSpeed = {
  down: { bytesPerSecond: megabits(9), delayMs: ROUND_TRIP_MS / 2 },
  up: { bytesPerSecond: megabits(1.5), delayMs: ROUND_TRIP_MS / 2 },
};
/** As fast as the machine: only to see what goes by. */
export const FULL_SPEED: LinkSpeed = {
  down: { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 },
  up: { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 },
};

export interface SlowLink {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A packet's payload: what is sent in one piece. */
const PIECE_BYTES = 1_400;

/**
 * A TCP proxy before `port` of this machine that is as slow as `speed`; all connections share the line. Unlike the browser's own
 * throttling it holds for whatever goes by: requests of the service worker, every message of a WebSocket. `watch` is
 * asked for each connection; what it answers is told every piece that leaves for the browser, as it leaves.
 */
export async function startSlowLink(
  port: number,
  speed: LinkSpeed,
  watch: () => (bytes: Uint8Array) => void = () => () => undefined,
): Promise<SlowLink> {
  const down = new Pipe(speed.down);
  const up = new Pipe(speed.up);
  const sockets = new Set<Socket>();
  const proxy = createServer({ noDelay: true }, (browser) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    const seen = watch();
    join(browser, server, up, () => undefined);
    join(server, browser, down, seen);
    for (const socket of [browser, server]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the slow link has no port');
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function join(from: Socket, to: Socket, pipe: Pipe, seen: (bytes: Uint8Array) => void): void {
  from.on('data', (bytes: Buffer) => {
    pipe.send(bytes, (piece) => {
      if (to.destroyed) return;
      to.write(piece);
      seen(piece);
    });
  });
  from.on('end', () => pipe.send(Buffer.alloc(0), () => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => pipe.send(Buffer.alloc(0), () => to.end()));
}

/** One direction of the line: pieces leave it in the order in which they came. */
class Pipe {
  readonly #direction: Direction;
  readonly #waiting: { readonly at: number; readonly leave: () => void }[] = [];
  /** When the line has carried all there is so far. */
  #freeAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  send(bytes: Uint8Array, deliver: (piece: Uint8Array) => void): void {
    const { bytesPerSecond, delayMs } = this.#direction;
    let start = 0;
    do {
      const piece = bytes.subarray(start, start + PIECE_BYTES);
      this.#freeAt = Math.max(this.#freeAt, performance.now()) + (piece.length * 1e3) / bytesPerSecond;
      this.#waiting.push({ at: this.#freeAt + delayMs, leave: () => deliver(piece) });
      start += PIECE_BYTES;
    } while (start < bytes.length);
    this.#deliver();
  }

  #deliver(): void {
    for (let next = this.#waiting[0]; next && next.at <= performance.now(); next = this.#waiting[0]) {
      this.#waiting.shift();
      next.leave();
    }
    const [next] = this.#waiting;
    if (!next || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#deliver();
    }, next.at - performance.now());
  }
}
