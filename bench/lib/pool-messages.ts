/** What a run and its storm of queries say to each other. */

export type ToStorm =
  | {
      readonly type: 'start';
      readonly port: number;
      /** What candles are asked of, and of which stretch, ms since 1970 UTC. */
      readonly symbols: readonly string[];
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'stop' };

export interface StormResult {
  readonly ms: number;
  readonly connections: number;
  readonly searches: number;
  readonly candles: number;
  /** Answers that said to come back. */
  readonly busy: number;
}

export type FromStorm = { readonly type: 'stopped'; readonly result: StormResult };
