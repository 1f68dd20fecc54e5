import { Best, Tier } from './best.ts';
import type { Misspelt, Near } from './misspelt.ts';
import type { Query, Reading } from './readings.ts';
import { withMissingSpace } from './spaces.ts';
import { isWellKnown, STANDINGS } from './standing.ts';
import { EDIT_COST, Tally } from './tally.ts';
import { ANY_PLACE, entryIn, Field, fieldIn, placeIn, type Vocabulary } from './vocabulary.ts';

/** Of a word of which only the beginning was typed, and of one in another place than typed. */
const PREFIX_COST = 1;
const PLACE_COST = 1;
/** Of what is misspelt, more than those two: but for a ticker with no wrong letter, which is nearer than any name. */
const UNLIKELY_COST = 4;
/** Well-known names go before symbols that begin with what was typed only where they match this well. */
const MOST_KNOWN_COST = 1;
/** With fewer matches of all words, those of all but one are shown, too. */
const FEW = 3;

/** Finds the entries that match a query, by words, and offers them to `best`. */
export class Matcher {
  readonly best: Best;
  readonly #vocabulary: Vocabulary;
  readonly #misspelt: Misspelt;
  readonly #standings: Float64Array;
  readonly #tally: Tally;
  readonly #known = {
    has: (word: string): boolean => {
      const [first] = this.#vocabulary.words.beginningWith(word);
      return first !== undefined && this.#vocabulary.words.lengthOf(first) === word.length;
    },
    hasBeginning: (beginning: string): boolean => this.#vocabulary.words.beginningWith(beginning).length > 0,
  };

  constructor(vocabulary: Vocabulary, misspelt: Misspelt, standings: Float64Array) {
    this.#vocabulary = vocabulary;
    this.#misspelt = misspelt;
    this.#standings = standings;
    this.#tally = new Tally(standings.length);
    this.best = new Best(standings, STANDINGS);
  }

  /** What is wrong in spelling is looked for only where what is right does not fill the list. */
  match({ code, readings }: Query, limit: number): void {
    const single = readings[0]?.words.length === 1;
    if (code !== '') this.#matchCode(code, single);
    for (const reading of readings) this.#matchWords(reading, false, single && reading.cost === 0);
    if (this.best.count >= limit) return;
    for (const words of withMissingSpace(readings[0]?.words ?? [], this.#known)) {
      this.#matchWords({ words, cost: EDIT_COST }, false, false);
    }
    for (const reading of readings.slice(0, 2)) this.#matchWords(reading, true, false);
    if (this.best.count >= FEW) return;
    for (const reading of readings.slice(0, 1)) this.#offerAllButOne(reading);
  }

  #matchCode(code: string, single: boolean): void {
    const { words, postings } = this.#vocabulary;
    const { starts, values } = postings;
    for (const word of words.beginningWith(code)) {
      const left = words.lengthOf(word) - code.length;
      if (left > 0 && !single) return;
      const end = starts[word + 1] ?? 0;
      for (let at = starts[word] ?? 0; at < end; at += 1) {
        const posting = values[at] ?? 0;
        const field = fieldIn(posting);
        if (field === Field.symbol) this.#offerSymbol(entryIn(posting), left);
        else if (field === Field.bare && left === 0)
          this.best.promote(entryIn(posting), Tier.bare, false, placeIn(posting));
      }
    }
  }

  #offerSymbol(entry: number, left: number): void {
    const known = this.#isKnown(entry);
    if (left === 0) this.best.offer(entry, Tier.code, known, 0);
    else {
      this.best.offer(entry, Tier.symbolPrefix, known, left);
      if (known) this.best.promote(entry, Tier.known, true, 0);
    }
  }

  /** `misspelt`: words near the typed ones count, too. `promoting`: the well-known go before symbols that begin so. */
  #matchWords(reading: Reading, misspelt: boolean, promoting: boolean): void {
    const { words, cost: readingCost } = reading;
    if (!this.#count(words, misspelt)) return;
    for (const entry of this.#tally.touched) {
      if (this.#tally.matched(entry) !== words.length) continue;
      const cost = this.#tally.cost(entry) + readingCost;
      const known = this.#isKnown(entry);
      const edits = Math.floor(cost / EDIT_COST);
      const tier = edits === 0 ? Tier.words : edits === 1 ? Tier.oneTypo : Tier.typos;
      this.best.offer(entry, tier, known, cost);
      if (promoting && known && cost <= MOST_KNOWN_COST) this.best.promote(entry, Tier.known, true, 0);
    }
  }

  #offerAllButOne({ words }: Reading): void {
    if (words.length < 2) return;
    this.#count(words, true);
    for (const entry of this.#tally.touched) {
      if (this.#tally.matched(entry) !== words.length - 1) continue;
      this.best.offer(entry, Tier.allButOne, this.#isKnown(entry), this.#tally.cost(entry));
    }
  }

  /** Tallies every word; false as soon as one is nowhere. */
  #count(words: readonly string[], misspelt: boolean): boolean {
    this.#tally.begin();
    let everywhere = true;
    const known = this.#vocabulary.words;
    for (const [i, word] of words.entries()) {
      const beginning = known.beginningWith(word);
      const near = misspelt ? this.#misspelt.near(word) : [];
      if (beginning.length === 0 && near.length === 0) {
        if (!misspelt) return false;
        everywhere = false;
      }
      for (const id of beginning) this.#add(id, i, known.lengthOf(id) === word.length ? 0 : PREFIX_COST);
      for (const each of near) this.#add(each.word, i, costOf(each), tickerCostOf(each));
    }
    return everywhere;
  }

  /** `tickerCost`: where the word is the symbol. */
  #add(id: number, word: number, cost: number, tickerCost = cost): void {
    const { starts, values } = this.#vocabulary.postings;
    const end = starts[id + 1] ?? 0;
    for (let at = starts[id] ?? 0; at < end; at += 1) {
      const posting = values[at] ?? 0;
      const place = placeIn(posting);
      const base = fieldIn(posting) === Field.symbol ? tickerCost : cost;
      this.#tally.add(entryIn(posting), word, base + (place === word || place === ANY_PLACE ? 0 : PLACE_COST));
    }
  }

  #isKnown(entry: number): boolean {
    return isWellKnown(this.#standings[entry] ?? STANDINGS);
  }
}

function costOf({ edits, unfinished }: Near): number {
  return edits * EDIT_COST + UNLIKELY_COST + (unfinished ? PREFIX_COST : 0);
}

function tickerCostOf(near: Near): number {
  return costOf(near) - (near.sameLetters ? UNLIKELY_COST : 0);
}
