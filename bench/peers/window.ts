import { type FeedTrade, messageOf, type OnTrades } from './feed.ts';

/**
 * One gathering window for all symbols, as Tickcast has it: after quiet a trade leaves at once; what comes within the window
 * leaves together, a message a symbol. A window in which nothing came is the last one.
 */
export function gathered(windowMs: number, publish: (symbol: string, text: string) => void): OnTrades {
  const held = new Map<string, FeedTrade[]>();
  let isOpen = false;
  const openWindow = (): void => {
    isOpen = true;
    setTimeout(() => {
      isOpen = false;
      if (held.size === 0) return;
      for (const [symbol, trades] of held) publish(symbol, messageOf(trades));
      held.clear();
      openWindow();
    }, windowMs);
  };
  return (symbol, text, trades) => {
    if (isOpen) {
      const before = held.get(symbol);
      if (before) before.push(...trades);
      else held.set(symbol, [...trades]);
      return;
    }
    publish(symbol, text);
    openWindow();
  };
}
