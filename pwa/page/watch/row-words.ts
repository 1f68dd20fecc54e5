import { type Change, changeOf, formatMoment, ordinal } from '../../chart/formats.ts';
import type { Place } from '../../feed/words.ts';
import { priceLines } from '../standing.ts';
import type { Row } from './row.ts';

export interface RowSituation {
  /** Whether prices come at all. */
  readonly isLive: boolean;
  readonly isSimulated: boolean;
  /** Where its symbol stands with the server. */
  readonly place: Place;
  /** ms since 1970 UTC. */
  readonly now: number;
}

/** What a row shows as text. */
export interface RowWords {
  readonly price: number | undefined;
  /** Since the close before; where that is not known, since the beginning of the line. */
  readonly change: Change | undefined;
  readonly changeIs: string;
  /** What keeps the price from being live; empty where it is. */
  readonly standing: string;
}

/** How long a row's price may be the last one before its time is said: quiet symbols trade seldom. */
const QUIET_MS = 120_000;

export function rowWords(row: Row, { isLive, isSimulated, place, now }: RowSituation): RowWords {
  const { last, base, since } = row.prices.value;
  const quote = row.quote.value?.known ? row.quote.value : undefined;
  const lines = priceLines({ market: row.market, now, last, close: undefined, quote, simulated: isSimulated });
  const line = lines.find(({ label }) => label === 'Today') ?? lines[0];
  const quoted = quote?.c || undefined;
  const price = last?.p ?? quoted;
  const from = line?.base ?? base;
  const changeIs = line?.base === undefined ? sinceWords(since, now) : 'since the close before';
  return {
    price,
    change: price === undefined || from === undefined ? undefined : changeOf(from, price, row.decimals),
    changeIs,
    standing: standingWords(place, {
      isLive,
      now,
      at: last ? last.t : (quote?.t ?? quote?.asOf ?? undefined),
    }),
  };
}

function sinceWords(since: number | undefined, now: number): string {
  return since === undefined ? '' : `since ${formatMoment(since, now)}`;
}

interface Standing {
  readonly isLive: boolean;
  readonly now: number;
  /** When the price was paid. */
  readonly at: number | undefined;
}

function standingWords(place: Place, { isLive, now, at }: Standing): string {
  const age = at === undefined ? '' : `as of ${formatMoment(at, now)}`;
  if (!isLive) return age;
  switch (place.state) {
    case 'refused':
      return 'Not available';
    case 'waiting':
      return [`${ordinal(place.position)} in line`, age].filter(Boolean).join(', ');
    case 'asking':
      return age;
    default:
      return at !== undefined && now - at > QUIET_MS ? age : '';
  }
}
