import type { Session } from '../../protocol/sessions.ts';
import type { Draw } from './random.ts';

/** A US trade's condition codes, and whether it is smaller than a round lot. */
export interface Kind {
  readonly codes: readonly string[];
  readonly odd: boolean;
}

/** Half of all trades are odd lots, a third are sweeps: as on the tape of a busy stock. */
const ODD_LOT_SHARE = 0.5;
const SWEEP_SHARE = 0.35;
const TRADE_THROUGH_EXEMPT_SHARE = 0.06;
const SPECIAL_SHARE = 0.02;

/** Average price, cash, price variation, seller, sold out of sequence, derivatively priced, qualified contingent. */
const SPECIAL = ['3', '5', '10', '22', '30', '32', '37'] as const;
/** Outside regular hours some come late and out of sequence. */
const LATE_SHARE = 0.01;

/**
 * The codes of a trade in `session`, in Finnhub's order: `["1","8","24","12"]` is a swept odd lot outside regular hours.
 * `forming` makes it one that may move the price.
 */
export function kindOf(draw: Draw, session: Session, forming: boolean): Kind {
  const extended = session !== 'regular';
  const odd = draw() < ODD_LOT_SHARE && !forming;
  const sweep = draw() < SWEEP_SHARE;
  const rare = forming ? 1 : draw();
  if (extended && rare < LATE_SHARE) return { codes: ['1', '25'], odd: false };
  if (rare < SPECIAL_SHARE) {
    const special = SPECIAL[Math.floor(draw() * SPECIAL.length)] ?? '10';
    return { codes: extended ? ['1', '24', special] : ['1', special], odd: false };
  }
  const codes = ['1'];
  if (sweep) codes.push('8');
  else if (rare < SPECIAL_SHARE + TRADE_THROUGH_EXEMPT_SHARE) codes.push('41');
  if (extended) codes.push('24');
  if (odd) codes.push('12');
  return { codes, odd };
}

/** What is printed as regular hours begin or end: the auction, and the listing market's official price. */
export function auctionCodes(before: Session, now: Session): readonly (readonly string[])[] {
  if (before !== 'regular' && now === 'regular') return [['1', '19'], ['20']];
  if (before === 'regular' && now !== 'regular') return [['1', '36'], ['16']];
  return [];
}
