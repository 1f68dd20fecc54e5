/** Numbers that are easily confused get a brand each: a `Seq` is not an `Epoch` although both are numbers. */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** When a numbering began, in ms since 1970 UTC: new at every start of the upstream worker, never reused. */
export type Epoch = Brand<number, 'Epoch'>;
/** A trade's number within its symbol and epoch: 1, 2, 3 … in the order Finnhub sent them; 0 means "none yet". */
export type Seq = Brand<number, 'Seq'>;
/** A small integer that stands for a symbol on the wire within one epoch. */
export type SymbolId = Brand<number, 'SymbolId'>;

export const asEpoch = (n: number): Epoch => n as Epoch;
export const asSeq = (n: number): Seq => n as Seq;
export const asSymbolId = (n: number): SymbolId => n as SymbolId;

/** Closes a union: a new member that a `switch` forgot is a compile error here, and a thrown one at run time. */
export function ensureNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
