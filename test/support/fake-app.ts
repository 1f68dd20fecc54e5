/** The part of uWebSockets.js that a hub uses, in memory: topics, and sockets that can be full. */
export class FakeApp {
  readonly topics = new Map<string, Set<FakeSocket>>();

  publish(topic: string, message: string | Uint8Array): boolean {
    for (const socket of this.topics.get(topic) ?? []) socket.receive(message);
    return true;
  }
}

export class FakeSocket {
  readonly received: unknown[] = [];
  buffered = 0;
  /** How often the system was given something to send. */
  writes = 0;
  ended: number | undefined;
  readonly #app: FakeApp;
  #isCorked = false;

  constructor(app: FakeApp) {
    this.#app = app;
  }

  receive(message: string | Uint8Array): void {
    this.received.push(JSON.parse(typeof message === 'string' ? message : new TextDecoder().decode(message)));
  }

  send(message: string | Uint8Array): number {
    if (!this.#isCorked) this.writes += 1;
    this.receive(message);
    return 1;
  }

  cork(send: () => void): void {
    if (this.#isCorked) {
      send();
      return;
    }
    this.#isCorked = true;
    send();
    this.#isCorked = false;
    this.writes += 1;
  }

  subscribe(topic: string): boolean {
    const sockets = this.#app.topics.get(topic) ?? new Set();
    this.#app.topics.set(topic, sockets.add(this));
    return true;
  }

  unsubscribe(topic: string): boolean {
    return this.#app.topics.get(topic)?.delete(this) ?? false;
  }

  getBufferedAmount(): number {
    return this.buffered;
  }

  end(code: number): void {
    this.ended = code;
  }
}
