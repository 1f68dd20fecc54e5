import { CODE_NAMES } from './coins.ts';
import { compact, forEachWord, wordsOf } from './fold.ts';
import { isAgainstDollar, type Pair } from './pair.ts';
import type { Listing } from './standing.ts';
import { ANY_PLACE, Field, NO_PLACE, type Vocabulary, VocabularyBuilder } from './vocabulary.ts';

/** The ticker without its venue, folded; of instruments that a venue only numbers, the code at the end of the description. */
export function codeOf({ entry: { symbol, description }, pair }: Listing): string {
  if (pair) return pair.base + pair.quote;
  const ticker = symbol.slice(symbol.indexOf(':') + 1);
  const numbered = ticker !== symbol && /^\d+$/.test(ticker);
  return compact(numbered ? description.slice(description.lastIndexOf(' ') + 1) : ticker);
}

/** What codes are called, in words. */
const NAME_WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  [...CODE_NAMES].map(([code, name]) => [code, wordsOf(name).map(({ text }) => text)]),
);

/** Every word by which a catalogue's entries are found. `names`: what else people call them, by entry. */
export function buildVocabulary(
  listings: readonly Listing[],
  codes: readonly string[],
  names: ReadonlyMap<number, readonly string[]>,
): Vocabulary {
  const builder = new VocabularyBuilder();
  for (let i = 0; i < listings.length; i += 1) builder.add(codes[i] ?? '', i, 0, Field.symbol);
  const descriptions = listings.map(({ entry }) => entry.description);
  forEachWord(descriptions, NO_PLACE, (entry, place, word) => {
    builder.add(word, entry, Math.min(place, NO_PLACE), Field.text);
  });
  for (const [entry, called] of names) {
    forEachWord(called, NO_PLACE, (_, place, word) => {
      builder.add(word, entry, Math.min(place, NO_PLACE), Field.text);
    });
  }
  for (let i = 0; i < listings.length; i += 1) {
    const pair = listings[i]?.pair;
    if (pair) addPair(builder, i, pair);
  }
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
  for (const { text } of wordsOf(venue)) builder.add(text, entry, ANY_PLACE, Field.text);
  builder.add(quote + base, entry, NO_PLACE, Field.text);
}

function addCode(builder: VocabularyBuilder, entry: number, pair: Pair, code: string, place: number): void {
  builder.add(code, entry, place, isAgainstDollar(pair, code) ? Field.bare : Field.text);
  for (const text of NAME_WORDS.get(code) ?? []) builder.add(text, entry, place, Field.text);
}
