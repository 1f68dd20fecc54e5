import type { SymbolId } from './brand.ts';
import type { ResetReason, Since } from './wire.ts';

/**
 * A client's `since` lies before what the shard's ring has. The recorder answers with everything from there up to `until`,
 * where the ring goes on, in pages; the next one only when it is asked for `more`, so that a slow client holds nothing up.
 * Frames carry `id`.
 */
export type ToRecall =
  | {
      readonly type: 'recall';
      readonly ref: number;
      readonly symbol: string;
      readonly since: Since;
      readonly until: Since;
      readonly id: SymbolId;
    }
  | { readonly type: 'more'; readonly ref: number }
  | { readonly type: 'cancel'; readonly ref: number };
export type FromRecall =
  /**
   * Messages of `tickcast.v1` as they are sent: frames, gaps, and `subscribed` where a later epoch begins. With them the client
   * has everything up to `at`; `done`: that is `until`.
   */
  | {
      readonly type: 'recalled';
      readonly ref: number;
      readonly messages: readonly string[];
      readonly at: Since;
      readonly done: boolean;
    }
  /** It cannot be said what the client missed. */
  | { readonly type: 'unrecalled'; readonly ref: number; readonly reason: ResetReason };
