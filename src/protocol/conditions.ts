/** What a trade may move, as bits. 0 is a regular trade. Docs: `docs/PROTOCOL.md`. */
export const NOT_LAST = 1;
export const NOT_HIGH_LOW = 2;
export const NO_VOLUME = 4;
export const EXTENDED_HOURS = 8;

/** A trade's `c` as Finnhub sent it: codes, an empty list, `null`, or missing. */
export type Conditions = readonly string[] | null | undefined;

const NOT_PRICE = NOT_LAST | NOT_HIGH_LOW;

/**
 * Finnhub's trade condition codes (its published list) and what the consolidated tape's rules (CTA, UTP) let such a
 * trade move. A trade with several codes may do only what all of them allow, hence the bits are or-ed.
 */
const FLAGS_BY_CODE: ReadonlyMap<string, number> = new Map<string, number>([
  ['1', 0], // Regular
  ['2', 0], // Acquisition
  ['3', NOT_PRICE], // Average Price Trade
  ['4', 0], // Bunched
  ['5', NOT_PRICE], // Cash Sale
  ['6', 0], // Distribution
  ['7', 0], // Automatic Execution
  ['8', 0], // Intermarket Sweep Order
  ['9', NOT_LAST], // Bunched Sold
  ['10', NOT_PRICE], // Price Variation Trade
  ['11', 0], // Cap Election
  ['12', NOT_PRICE], // Odd Lot Trade
  ['13', 0], // Rule 127
  ['14', 0], // Rule 155
  ['15', 0], // Sold Last
  ['16', NOT_PRICE | NO_VOLUME], // Market Center Official Close
  ['17', NOT_PRICE], // Next Day
  ['18', 0], // Market Center Opening Trade
  ['19', 0], // Opening Prints
  ['20', NOT_PRICE | NO_VOLUME], // Market Center Official Open
  ['21', NOT_LAST], // Prior Reference Price
  ['22', NOT_PRICE], // Seller
  ['23', 0], // Split Trade
  ['24', EXTENDED_HOURS], // Form-T Trade
  ['25', NOT_PRICE | EXTENDED_HOURS], // Extended Hours (Sold Out of Sequence)
  ['26', NOT_PRICE], // Contingent Trade
  ['27', 0], // Stock Option Trade
  ['28', 0], // Cross Trade
  ['29', 0], // Yellow Flag
  ['30', NOT_LAST], // Sold (Out of Sequence)
  ['31', 0], // Stopped Stock
  ['32', NOT_LAST], // Derivatively Priced
  ['33', 0], // Market Center Re-opening Trade
  ['34', 0], // Re-opening Prints
  ['35', 0], // Market Center Closing Trade
  ['36', 0], // Closing Prints
  ['37', NOT_PRICE], // Qualified Contingent Trade
  ['38', 0], // Placeholder for 611 Exempt
  ['39', NO_VOLUME], // Corrected Consolidated Close
  ['40', 0], // Opened
  ['41', 0], // Trade Through Exempt
]);

/** The flags of a trade by its condition codes. An unknown code counts as regular. */
export function flagsOf(conditions: Conditions): number {
  let flags = 0;
  if (conditions) for (const code of conditions) flags |= FLAGS_BY_CODE.get(code) ?? 0;
  return flags;
}

/** How many of the codes are not in Finnhub's list; they are counted in the status, so that a new code is noticed. */
export function countUnknown(conditions: Conditions): number {
  let unknown = 0;
  if (conditions) for (const code of conditions) if (!FLAGS_BY_CODE.has(code)) unknown += 1;
  return unknown;
}

/** Whether the codes of a trade allow it to become the last price. Where it was made has a say too: see `formsPrice`. */
export function movesLast(flags: number): boolean {
  return (flags & NOT_LAST) === 0;
}
