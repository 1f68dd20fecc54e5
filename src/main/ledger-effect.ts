/** What has to be done because of a change. `subscribe` and `unsubscribe` are for upstream, the others for shards. */
export type Effect =
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  /** The symbol's place in the queue, 1 is next; to every shard, or to the one whose interest is new. */
  | { readonly type: 'waiting'; readonly symbol: string; readonly position: number; readonly shard?: number }
  /** The interest is dropped: there is no slot, and it cannot wait. */
  | { readonly type: 'refused'; readonly shard: number; readonly ref: number }
  /** Finnhub refuses the symbol for now; to every shard, or to the one whose interest is new. */
  | { readonly type: 'invalid'; readonly symbol: string; readonly shard?: number };
