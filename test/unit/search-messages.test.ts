import { describe, expect, it } from 'vitest';
import { Keystrokes } from '../../pwa/page/finder/keystrokes.ts';
import { decodeAnswer } from '../../pwa/search/decode-answer.ts';
import { decodeRequest } from '../../pwa/search/decode-request.ts';
import type { SearchAnswer, SearchRequest } from '../../pwa/search/messages.ts';

const entry = { symbol: 'AAPL', description: 'Apple Inc', market: 'us', type: 'Common Stock' } as const;

describe('messages to and from the search', () => {
  it('arrive as they were sent', () => {
    const requests: SearchRequest[] = [
      { type: 'load', feed: 'finnhub' },
      { type: 'search', n: 1, query: 'apple' },
      { type: 'find', n: 2, symbol: 'AAPL' },
    ];
    expect(requests.map((request) => decodeRequest(structuredClone(request)))).toEqual(requests);
    const answers: SearchAnswer[] = [
      { type: 'list', list: { source: 'finnhub', asOf: 5, size: 7, standing: 'kept' } },
      { type: 'problem', problem: 'loading' },
      { type: 'hits', n: 1, hits: [{ entry, marks: { symbol: [], description: [[0, 5]] } }], isListed: false },
      { type: 'found', n: 2, entry },
      { type: 'found', n: 3, entry: { ...entry, delisted: true } },
      { type: 'found', n: 4 },
    ];
    expect(answers.map((answer) => decodeAnswer(structuredClone(answer)))).toEqual(answers);
  });

  it.each([
    null,
    'load',
    {},
    { type: 'load' },
    { type: 'load', feed: 'other' },
    { type: 'search', n: -1, query: 'a' },
    { type: 'search', n: 1 },
    { type: 'find', n: 1, symbol: 3 },
    { type: 'hits', n: 1, hits: [], isListed: true },
  ])('are no requests when they are something else: %j', (value) => {
    expect(decodeRequest(value)).toBeUndefined();
  });

  it.each([
    undefined,
    [],
    { type: 'list', list: { source: 'elsewhere', asOf: 0, size: 0, standing: 'kept' } },
    { type: 'list', list: { source: 'finnhub', asOf: 0, size: 0, standing: 'good' } },
    { type: 'problem', problem: 'rain' },
    { type: 'hits', n: 1, hits: 'many', isListed: true },
    { type: 'hits', hits: [], isListed: true },
    { type: 'found' },
    { type: 'search', n: 1, query: 'a' },
  ])('are no answers when they are something else: %j', (value) => {
    expect(decodeAnswer(value)).toBeUndefined();
  });

  it('lose a hit that is none, not the others', () => {
    const marks = {
      symbol: [
        [0, 'x'],
        [1, 2],
      ],
      description: 7,
    };
    const hits = [{ entry }, { entry: { ...entry, market: 'moon' }, marks }, { entry, marks }];
    expect(decodeAnswer({ type: 'hits', n: 1, hits, isListed: true })).toEqual({
      type: 'hits',
      n: 1,
      hits: [{ entry, marks: { symbol: [[1, 2]], description: [] } }],
      isListed: true,
    });
  });
});

describe('keystrokes', () => {
  it('ask at once, and of those typed meanwhile only the last', () => {
    const keystrokes = new Keystrokes();
    expect(keystrokes.type('a')).toEqual({ n: 1, query: 'a' });
    expect(keystrokes.type('ap')).toBeUndefined();
    expect(keystrokes.type('app')).toBeUndefined();
    expect(keystrokes.answered(1)).toEqual({ query: undefined, next: { n: 2, query: 'app' } });
    expect(keystrokes.answered(2)).toEqual({ query: 'app', next: undefined });
  });

  it('drop what is late, unknown, or answered before', () => {
    const keystrokes = new Keystrokes();
    keystrokes.type('a');
    expect(keystrokes.answered(7)).toEqual({ query: undefined, next: undefined });
    keystrokes.type('b');
    expect(keystrokes.answered(1).query).toBeUndefined();
    expect(keystrokes.answered(1)).toEqual({ query: undefined, next: undefined });
    expect(keystrokes.answered(2).query).toBe('b');
  });

  it('ask anew when their thread has gone, and then take no answer to the question before', () => {
    const keystrokes = new Keystrokes();
    keystrokes.type('a');
    keystrokes.forget();
    expect(keystrokes.type('a')).toEqual({ n: 2, query: 'a' });
    expect(keystrokes.answered(1).query).toBeUndefined();
  });
});
