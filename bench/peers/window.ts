import { type FeedTrade, messageOf, type OnTrades } from './feed.ts';

type Publish = (symbol: string, text: string) => void;

/** The trades that wait to be published, a message a symbol. */
class Held {
  readonly #publish: Publish;
  readonly #bySymbol = new Map<string, FeedTrade[]>();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  get isEmpty(): boolean {
    return this.#bySymbol.size === 0;
  }

  add(symbol: string, trades: readonly FeedTrade[]): void {
    const before = this.#bySymbol.get(symbol);
    if (before) before.push(...trades);
    else this.#bySymbol.set(symbol, [...trades]);
  }

  flush(): void {
    for (const [symbol, trades] of this.#bySymbol) this.#publish(symbol, messageOf(trades));
    this.#bySymbol.clear();
  }
}

/**
 * One gathering window for all symbols: after quiet a trade leaves at once; what comes within the window
 * leaves together, a message a symbol. A window in which nothing came is the last one.
 */
export function gathered(windowMs: number, publish: Publish): OnTrades {
  const held = new Held(publish);
  let isOpen = false;
  const openWindow = (): void => {
    isOpen = true;
    setTimeout(() => {
      isOpen = false;
      if (held.isEmpty) return;
      held.flush();
      openWindow();
    }, windowMs);
  };
  return (symbol, text, trades) => {
    if (isOpen) {
      held.add(symbol, trades);
      return;
    }
    publish(symbol, text);
    openWindow();
  };
}

/** The same as Tickcast has it: what comes soon after a message waits until the first of it has waited for the window. */
export function gatheredFromFirst(windowMs: number, publish: Publish): OnTrades {
  const held = new Held(publish);
  let flushedAt = Number.NEGATIVE_INFINITY;
  return (symbol, text, trades) => {
    if (held.isEmpty && performance.now() - flushedAt >= windowMs) {
      publish(symbol, text);
      flushedAt = performance.now();
      return;
    }
    if (held.isEmpty) {
      setTimeout(() => {
        held.flush();
        flushedAt = performance.now();
      }, windowMs);
    }
    held.add(symbol, trades);
  };
}
