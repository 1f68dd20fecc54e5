import { describe, expect, it } from 'vitest';
import type { ListState } from '../../pwa/page/finder/finder.ts';
import { actionOf, type BoxState, type KeyPress } from '../../pwa/page/search-box/keys.ts';
import { piecesOf } from '../../pwa/page/search-box/pieces.ts';
import { resultsFor, type SearchView } from '../../pwa/page/search-box/results.ts';
import { roomBelow } from '../../pwa/page/search-box/room.ts';
import { aboutWords, listWords } from '../../pwa/page/search-box/words.ts';

const NOW = Date.UTC(2025, 10, 25, 12);
const DAY_MS = 86_400_000;

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  alt: false,
  shift: false,
  control: false,
  composing: false,
  ...more,
});
const box = (more: Partial<BoxState> = {}): BoxState => ({
  isOpen: true,
  rows: 3,
  active: 0,
  isEmpty: false,
  isInList: false,
  caretAtStart: false,
  caretAtEnd: true,
  ...more,
});

describe('keys in the search', () => {
  it('go round the list', () => {
    expect(actionOf(press('ArrowDown'), box())).toEqual({ type: 'move', to: 1 });
    expect(actionOf(press('ArrowDown'), box({ active: 2 }))).toEqual({ type: 'move', to: 0 });
    expect(actionOf(press('ArrowUp'), box())).toEqual({ type: 'move', to: 2 });
    expect(actionOf(press('ArrowUp'), box({ active: -1 }))).toEqual({ type: 'move', to: 2 });
    expect(actionOf(press('ArrowDown'), box({ active: -1 }))).toEqual({ type: 'move', to: 0 });
  });

  it('open a closed list at either end', () => {
    const closed = box({ isOpen: false });
    expect(actionOf(press('ArrowDown'), closed)).toEqual({ type: 'open', at: 'first' });
    expect(actionOf(press('ArrowUp'), closed)).toEqual({ type: 'open', at: 'last' });
    expect(actionOf(press('ArrowDown', { alt: true }), closed)).toEqual({ type: 'open', at: 'none' });
    expect(actionOf(press('ArrowUp', { alt: true }), box())).toEqual({ type: 'close' });
  });

  it('leave Home and End to the text until its caret can go no further, or arrows have led into the list', () => {
    expect(actionOf(press('Home'), box())).toBeUndefined();
    expect(actionOf(press('End'), box({ caretAtEnd: false }))).toBeUndefined();
    expect(actionOf(press('End'), box())).toEqual({ type: 'move', to: 2 });
    expect(actionOf(press('Home'), box({ isInList: true }))).toEqual({ type: 'move', to: 0 });
    expect(actionOf(press('End'), box({ rows: 0 }))).toBeUndefined();
    expect(actionOf(press('End', { shift: true }), box())).toBeUndefined();
  });

  it('close first, then clear, then give the keyboard back', () => {
    expect(actionOf(press('Escape'), box())).toEqual({ type: 'close' });
    expect(actionOf(press('Escape'), box({ isOpen: false }))).toEqual({ type: 'clear' });
    expect(actionOf(press('Escape'), box({ isOpen: false, isEmpty: true }))).toEqual({ type: 'blur' });
    expect(actionOf(press('Tab'), box())).toEqual({ type: 'leave' });
    expect(actionOf(press('Tab', { shift: true }), box())).toEqual({ type: 'leave' });
  });

  it('belong to an input method while it composes, and to the system with Control', () => {
    expect(actionOf(press('Enter', { composing: true }), box())).toBeUndefined();
    expect(actionOf(press('ArrowDown', { composing: true }), box())).toBeUndefined();
    expect(actionOf(press('Enter', { control: true }), box())).toBeUndefined();
    expect(actionOf(press('Enter'), box())).toEqual({ type: 'pick' });
  });
});

const ready: ListState = {
  state: 'ready',
  facts: { source: 'finnhub', asOf: NOW - DAY_MS, size: 30_112, standing: 'confirmed' },
};
const entry = { symbol: 'AAPL', description: 'Apple Inc', market: 'us', type: 'Common Stock' } as const;
const hit = { entry, marks: { symbol: [], description: [[0, 5]] } } as const;
const view = (more: Partial<SearchView>): SearchView => ({
  query: '',
  list: ready,
  found: undefined,
  recent: [],
  now: NOW,
  ...more,
});

describe('what the search shows', () => {
  it('is the recent picks when nothing is typed', () => {
    const recent = [{ symbol: 'BINANCE:BTCUSDT', description: 'Bitcoin / Tether' }];
    expect(resultsFor(view({ recent }))).toMatchObject({
      heading: 'Recent',
      rows: [{ symbol: 'BINANCE:BTCUSDT', about: 'Crypto · Binance' }],
    });
    expect(resultsFor(view({})).heading).toBe('Type a symbol or a name');
  });

  it('is what was found, and the symbol itself where the list lacks it', () => {
    const found = { query: 'apple', hits: [hit], isListed: false };
    const { rows, said, heading } = resultsFor(view({ query: ' apple ', found }));
    expect(rows.map(({ symbol, anyway }) => [symbol, anyway])).toEqual([
      ['AAPL', false],
      ['APPLE', true],
    ]);
    expect(said).toBe('1 result');
    expect(heading).toBe('');
    expect(resultsFor(view({ query: 'apple', found: { ...found, isListed: true } })).rows).toHaveLength(1);
  });

  it('says what it searched for in vain, and among what', () => {
    const found = { query: 'xyz', hits: [], isListed: false };
    const { heading, said } = resultsFor(view({ query: 'xyz', found }));
    expect(heading).toBe('Nothing found for “xyz” among 30,112 symbols');
    expect(said).toBe('Nothing found for “xyz”');
  });

  it('is the rows before until the answer comes, which are not told', () => {
    const found = { query: 'app', hits: [hit], isListed: false };
    expect(resultsFor(view({ query: 'appl', found }))).toMatchObject({ isPending: true, said: '', heading: '' });
  });

  it('is the typed symbol where there is no list, with the reason', () => {
    const missing: ListState = { state: 'missing', problem: 'unreachable' };
    const { rows, note } = resultsFor(view({ query: 'tsla', list: missing }));
    expect(rows).toMatchObject([{ symbol: 'TSLA', anyway: true }]);
    expect(note).toMatch(/could not be loaded/);
    expect(resultsFor(view({ query: '"', list: missing })).rows).toEqual([]);
  });
});

describe('words of the search', () => {
  const facts = { source: 'finnhub', asOf: Date.UTC(2025, 10, 24, 12), size: 1, standing: 'confirmed' } as const;

  it('name the list where it is not what it should be', () => {
    expect(listWords(facts, NOW)).toBe('');
    expect(listWords({ ...facts, standing: 'checking' }, NOW)).toBe('');
    expect(listWords({ ...facts, standing: 'kept' }, NOW)).toBe('List of 24 Nov');
    expect(listWords(facts, NOW + 7 * DAY_MS)).toBe('List of 24 Nov');
    expect(listWords({ ...facts, asOf: 0 }, NOW)).toBe('');
    expect(listWords({ ...facts, asOf: 0, standing: 'kept' }, NOW)).toBe('List of an earlier visit');
    expect(listWords({ ...facts, source: 'builtin', asOf: 0 }, NOW)).toMatch(/^Built-in list/);
  });

  it('say market and kind as people do', () => {
    expect(aboutWords({ market: 'us', type: 'Common Stock' })).toBe('US · Common Stock');
    expect(aboutWords({ market: 'us', type: 'ETP' })).toBe('US · ETF');
    expect(aboutWords({ market: 'forex', type: 'OANDA' })).toBe('Forex · OANDA');
    expect(aboutWords({ market: 'us', type: '' })).toBe('US');
    expect(aboutWords({ market: 'us', type: 'ETP', delisted: true })).toBe('US · ETF · Delisted');
  });
});

describe('marks', () => {
  const cut = (text: string, marks: readonly (readonly [number, number])[]): string =>
    piecesOf(text, marks)
      .map(({ piece, isMarked }) => (isMarked ? `[${piece}]` : piece))
      .join('');

  it('cut a text and lose none of it, whatever they are', () => {
    expect(cut('Apple Inc', [[0, 5]])).toBe('[Apple] Inc');
    expect(
      cut('Apple Inc', [
        [2, 4],
        [6, 99],
      ]),
    ).toBe('Ap[pl]e [Inc]');
    expect(
      cut('Apple', [
        [3, 4],
        [0, 2],
      ]),
    ).toBe('App[l]e');
    expect(cut('Apple', [])).toBe('Apple');
  });
});

describe('the room for the list', () => {
  it('ends above the keyboard, and is never nothing', () => {
    expect(roomBelow(100, { height: 400, offsetTop: 0 })).toBe(292);
    expect(roomBelow(100, { height: 400, offsetTop: 50 })).toBe(342);
    expect(roomBelow(300, { height: 310, offsetTop: 0 })).toBe(120);
  });
});
