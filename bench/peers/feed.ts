import { WebSocket } from 'ws';

/** A trade as Finnhub writes it; what a peer does not look into it hands on. */
export interface FeedTrade {
  readonly s: string;
}

/** Trades of one symbol, and the text of a message that holds just them. */
export type OnTrades = (symbol: string, text: string, trades: readonly FeedTrade[]) => void;

/** A peer's connection to the source, which is asked for each symbol once. */
export interface Feed {
  readonly opened: Promise<unknown>;
  readonly want: (symbol: string) => void;
}

/** Opens it, at FEED_URL. Finnhub's message goes on as it came, unless it holds trades of several symbols. */
export function openFeed(onTrades: OnTrades): Feed {
  const wanted = new Set<string>();
  const upstream = new WebSocket(process.env.FEED_URL ?? '', { perMessageDeflate: false, skipUTF8Validation: true });
  upstream.on('message', (data) => {
    const text = data.toString();
    const message: { readonly data?: readonly FeedTrade[] } = JSON.parse(text);
    const trades = message.data ?? [];
    const [first] = trades;
    if (first && trades.every(({ s }) => s === first.s)) onTrades(first.s, text, trades);
    else for (const trade of trades) onTrades(trade.s, messageOf([trade]), [trade]);
  });
  process.on('disconnect', () => process.exit());
  return {
    opened: new Promise((resolve) => upstream.once('open', resolve)),
    want: (symbol) => {
      if (wanted.has(symbol)) return;
      wanted.add(symbol);
      upstream.send(JSON.stringify({ type: 'subscribe', symbol }));
    },
  };
}

export function messageOf(trades: readonly FeedTrade[]): string {
  return JSON.stringify({ data: trades, type: 'trade' });
}

/** Tells the run where the peer serves. */
export function serving(port: number): void {
  console.log(`http://127.0.0.1:${port}`);
}
