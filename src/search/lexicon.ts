import { CODE_NAMES } from './coins.ts';
import { compact, type Word, wordsOf } from './fold.ts';
import { isAgainstDollar, type Pair } from './pair.ts';
import { joinLinked } from './readings.ts';
import type { Listing } from './standing.ts';
import { Field, type Vocabulary, VocabularyBuilder } from './vocabulary.ts';

/** The ticker without its venue, folded; of instruments that a venue only numbers, the code at the end of the description. */
export function codeOf({ entry: { symbol, description }, pair }: Listing): string {
  if (pair) return pair.base + pair.quote;
  const ticker = symbol.slice(symbol.indexOf(':') + 1);
  const numbered = ticker !== symbol && /^\d+$/.test(ticker);
  return compact(numbered ? description.slice(description.lastIndexOf(' ') + 1) : ticker);
}

/** Every word by which a catalogue's entries are found. `names`: what else people call them, by entry. */
export function buildVocabulary(
  listings: readonly Listing[],
  codes: readonly string[],
  names: ReadonlyMap<number, readonly string[]>,
): Vocabulary {
  const builder = new VocabularyBuilder();
  for (let i = 0; i < listings.length; i += 1) {
    const listing = listings[i];
    if (!listing) continue;
    builder.add(codes[i] ?? '', i, 0, Field.symbol);
    addText(builder, i, listing.entry.description);
    if (listing.pair) addPair(builder, i, listing.pair);
    for (const name of names.get(i) ?? []) addText(builder, i, name);
  }
  return builder.build();
}

function addText(builder: VocabularyBuilder, entry: number, text: string): void {
  const words = wordsOf(text);
  for (let place = 0; place < words.length; place += 1) {
    builder.add(words[place]?.text ?? '', entry, place, Field.text);
  }
  if (words.some(({ link }) => link !== '')) addJoined(builder, entry, words);
}

/** `l'oreal` also as `loreal`, in the place of its first part. */
function addJoined(builder: VocabularyBuilder, entry: number, words: readonly Word[]): void {
  const plain = new Set(words.map(({ text }) => text));
  const joined = joinLinked(words);
  for (let place = 0; place < joined.length; place += 1) {
    const word = joined[place] ?? '';
    if (!plain.has(word)) builder.add(word, entry, place, Field.text);
  }
}

/** A pair is found by either part, by what its codes are called, by its venue, and the wrong way round. */
function addPair(builder: VocabularyBuilder, entry: number, pair: Pair): void {
  const { base, quote, venue } = pair;
  for (const [place, code] of [base, quote].entries()) {
    builder.add(code, entry, place, isAgainstDollar(pair, code) ? Field.bare : Field.text);
    const name = CODE_NAMES.get(code);
    if (name !== undefined)
      for (const [i, word] of wordsOf(name).entries()) builder.add(word.text, entry, place + i, Field.text);
  }
  for (const [place, word] of wordsOf(venue).entries()) builder.add(word.text, entry, place, Field.text);
  builder.add(quote + base, entry, 1, Field.text);
}
