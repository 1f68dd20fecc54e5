import type { TemplatedApp } from 'uWebSockets.js';
import type { BarsDemand, FromShard } from '../../src/protocol/threads.ts';
import type { Rate } from '../../src/protocol/wire.ts';
import { Hub } from '../../src/workers/shard/hub.ts';
import { FakeApp } from './fake-app.ts';
import { ReaderOfOne } from './reader-of-one.ts';
import { UpstreamOfOne } from './upstream-of-one.ts';

/** A shard, its upstream, and main, which passes on what bars are wanted when it is asked to. */
export class Scene {
  readonly app = new FakeApp();
  readonly toMain: FromShard[] = [];
  readonly published: string[] = [];
  readonly hub: Hub;
  readonly upstream: UpstreamOfOne;
  readonly readers: ReaderOfOne[] = [];
  readonly #wanted = new Map<string, BarsDemand>();
  #passedOn = 0;

  constructor() {
    const publish = this.app.publish.bind(this.app);
    this.app.publish = (topic, message) => {
      this.published.push(topic);
      return publish(topic, message);
    };
    this.hub = new Hub(this.app as unknown as TemplatedApp, 50, (message) => this.toMain.push(message));
    this.upstream = new UpstreamOfOne((message) => this.hub.receive(message));
  }

  /** A client that has just subscribed. */
  reader(rate?: Rate): ReaderOfOne {
    const reader = new ReaderOfOne(this.hub, this.app, this.upstream);
    this.readers.push(reader);
    reader.subscribe(rate);
    return reader;
  }

  get demands(): BarsDemand[] {
    return this.toMain.filter((message) => message.type === 'bars');
  }

  /** Main passes on what it was told. */
  passOn(): void {
    for (; this.#passedOn < this.demands.length; this.#passedOn += 1) {
      const demand = this.demands[this.#passedOn];
      if (!demand) continue;
      if (demand.isWanted) this.#wanted.set(demand.rate, demand);
      else this.#wanted.delete(demand.rate);
      this.upstream.bars(demand);
    }
  }

  restartUpstream(): void {
    this.hub.upstreamGone();
    this.upstream.restart([...this.#wanted.values()]);
  }
}
