import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../bench/lib/stats.ts';
import {
  ANY_PLACE,
  entryIn,
  Field,
  fieldIn,
  NO_PLACE,
  placeIn,
  VocabularyBuilder,
} from '../../src/search/vocabulary.ts';
import { NO_WORD, WordTable } from '../../src/search/word-table.ts';

/** Words of a few letters each, foreign ones among them, so that many share their beginnings. */
function manyWords(count: number): string[] {
  const random = seededRandom(1);
  const letters = [...'ab9zωαж日本'];
  const word = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 9) }, () => letters[Math.floor(random() * letters.length)]).join('');
  return [...new Set(Array.from({ length: count }, word))];
}

describe('the table of words', () => {
  it('gives each word one number, however many there are', () => {
    const words = manyWords(20_000);
    const table = new WordTable(10);
    const numbers = words.map((word) => table.number(word));
    expect(new Set(numbers).size).toBe(words.length);
    expect(words.map((word) => table.number(word))).toEqual(numbers);
    expect(words.map((word) => table.find(word))).toEqual(numbers);
  });

  it('takes a text for its letters and digits, whatever their case and their marks', () => {
    const table = new WordTable(10);
    const number = table.number('brkb');
    for (const text of ['BRK.B', 'brk b', ' B-R/K…b ']) expect(table.number(text), text).toBe(number);
    expect(table.number('NESTLÉ')).toBe(table.number('nestle'));
    expect(table.number('+ =')).toBe(NO_WORD);
  });

  it('does not make a word known by looking for it', () => {
    const table = new WordTable(10);
    expect(table.find('apple')).toBe(NO_WORD);
    expect(table.find('apple')).toBe(NO_WORD);
    expect(table.find('apple')).not.toBe(table.number('pear'));
    expect(table.words().count).toBe(2);
  });

  it('has a word longer than all before', () => {
    const table = new WordTable(1);
    const long = 'x'.repeat(100_000);
    const number = table.number(long);
    expect(table.number('y')).not.toBe(number);
    expect(table.words().text(number)).toBe(long);
  });
});

describe('the words in order', () => {
  const strings = manyWords(5000);
  const table = new WordTable(10);
  for (const word of strings) table.number(word);
  const words = table.words();

  it('is the order of their letters, whatever the script', () => {
    expect(Array.from(words.order, (word) => words.text(word))).toEqual(['', ...strings].sort());
  });

  it('leads to those that begin so, the word itself first', () => {
    for (const beginning of ['a', 'ab', 'zz', 'ω', '日本', 'ω9a', strings[7] ?? '', 'none', 'жжжжжжжжжжжж']) {
      const found = Array.from(words.beginningWith(beginning), (word) => words.text(word));
      expect(found, beginning).toEqual(strings.filter((word) => word.startsWith(beginning)).sort());
    }
  });
});

describe('the vocabulary', () => {
  /** Every word of some texts with its place, in the order of the words. */
  function wordsIn(...texts: readonly string[]): [string, entry: number, place: number][] {
    const builder = new VocabularyBuilder(texts.length);
    for (const [entry, text] of texts.entries()) builder.addText(text, entry);
    const { words, postings } = builder.build();
    return Array.from(words.order).flatMap((word) =>
      Array.from(postings.values.subarray(postings.starts[word], postings.starts[word + 1]), (posting) => {
        expect(fieldIn(posting)).toBe(Field.text);
        return [words.text(word), entryIn(posting), placeIn(posting)] as [string, number, number];
      }),
    );
  }

  it('has the words of a text in their places, and nothing for its marks', () => {
    expect(wordsIn('MORGAN STANLEY', ' --Morgan, (the) 3rd! ', '', '---')).toEqual([
      ['3rd', 1, 2],
      ['morgan', 0, 0],
      ['morgan', 1, 0],
      ['stanley', 0, 1],
      ['the', 1, 1],
    ]);
  });

  it('has what marks join as one word, too: at the beginning in its place, elsewhere in none', () => {
    expect(wordsIn('AT&T INC-CL A')).toEqual([
      ['a', 0, 4],
      ['at', 0, 0],
      ['att', 0, 0],
      ['cl', 0, 3],
      ['inc', 0, 2],
      ['inccl', 0, NO_PLACE],
      ['t', 0, 1],
    ]);
    expect(wordsIn('L’Oréal', 'J.P. ', 'A--B', '-C-')).toEqual([
      ['a', 2, 0],
      ['b', 2, 1],
      ['c', 3, 0],
      ['j', 1, 0],
      ['jp', 1, 0],
      ['l', 0, 0],
      ['loreal', 0, 0],
      ['oreal', 0, 1],
      ['p', 1, 1],
    ]);
  });

  it('has letters of all scripts and long texts', () => {
    const letters = [...'abcdefghijklmnopqr'];
    expect(wordsIn('日本-電信', letters.join(' '))).toEqual([
      ...letters.map((letter, place) => [letter, 1, Math.min(place, NO_PLACE)]),
      ['日本', 0, 0],
      ['日本電信', 0, 0],
      ['電信', 0, 1],
    ]);
  });

  it('has codes as one word, none where there is no letter', () => {
    const builder = new VocabularyBuilder(2);
    builder.add('BRK.B', 0, ANY_PLACE, Field.symbol);
    builder.add('+', 1, 0, Field.symbol);
    const { words, postings } = builder.build();
    expect(Array.from(words.order, (word) => words.text(word))).toEqual(['', 'brkb']);
    expect(Array.from(postings.values, (posting) => [entryIn(posting), placeIn(posting), fieldIn(posting)])).toEqual([
      [0, ANY_PLACE, Field.symbol],
    ]);
  });
});
