import { CODE_NAMES } from './coins.ts';
import { wordsOf } from './fold.ts';
import { isAgainstDollar, type Pair } from './pair.ts';
import type { Listings } from './standing.ts';
import { ANY_PLACE, Field, NO_PLACE, type Vocabulary, VocabularyBuilder } from './vocabulary.ts';

/** What codes are called, in words. */
const NAME_WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  [...CODE_NAMES].map(([code, name]) => [code, wordsOf(name).map(({ text }) => text)]),
);

/** Every word by which a catalogue's entries are found. `names`: what else people call them, by entry. */
export function buildVocabulary(
  { entries, pairs, codes }: Listings,
  names: ReadonlyMap<number, readonly string[]>,
): Vocabulary {
  const builder = new VocabularyBuilder(entries.length);
  entries.forEach(({ symbol, description }, i) => {
    builder.add(codes.get(i) ?? symbol, i, 0, Field.symbol);
    builder.addText(description, i);
  });
  for (const [i, called] of names) for (const name of called) builder.addText(name, i);
  for (const [i, pair] of pairs) addPair(builder, i, pair);
  return builder.build();
}

/**
 * A pair is found by either part, by what its codes are called, by its venue, and the wrong way round. Wherever its base is
 * typed, before or after the venue, it counts more than its quote: `btc` means BTC/USDT before ETH/BTC.
 */
function addPair(builder: VocabularyBuilder, entry: number, pair: Pair): void {
  const { base, quote, venue } = pair;
  addCode(builder, entry, pair, base, ANY_PLACE);
  addCode(builder, entry, pair, quote, NO_PLACE);
  for (const text of wordsOfVenue(venue)) builder.add(text, entry, ANY_PLACE, Field.text);
  builder.add(quote + base, entry, NO_PLACE, Field.text);
}

function addCode(builder: VocabularyBuilder, entry: number, pair: Pair, code: string, place: number): void {
  builder.add(code, entry, place, isAgainstDollar(pair, code) ? Field.bare : Field.text);
  for (const text of NAME_WORDS.get(code) ?? []) builder.add(text, entry, place, Field.text);
}

/** A catalogue has a few venues and thousands of pairs. */
const wordsOfVenues = new Map<string, readonly string[]>();
const MOST_VENUES = 1000;

function wordsOfVenue(venue: string): readonly string[] {
  const known = wordsOfVenues.get(venue);
  if (known) return known;
  const words = wordsOf(venue).map(({ text }) => text);
  if (wordsOfVenues.size < MOST_VENUES) wordsOfVenues.set(venue, words);
  return words;
}
