import fc from 'fast-check';

/** Seed of everything random in the fuzz tests; `FUZZ_SEED=… npm test -- fuzz` tries another. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_260_214);

/** Messages that clients may send, for mutations to start from. */
export const VALID_REQUESTS: readonly string[] = [
  '{"type":"subscribe","symbol":"AAPL"}',
  '{"type":"unsubscribe","symbol":"IC MARKETS:1"}',
  '{"type":"subscribe","symbol":"BINANCE:BTCUSDT","since":{"epoch":1700000000000,"seq":12},"rate":"4hz"}',
  '{"type":"auth","token":"0123456789abcdef"}',
];

/** Messages that Finnhub may send. */
export const VALID_FINNHUB: readonly string[] = [
  '{"data":[{"c":["1","12"],"p":122.1,"s":"AAPL","t":1672348887195,"v":1}],"type":"trade"}',
  '{"data":[{"c":null,"p":1.5,"s":"A:B","t":1,"v":0},{"p":2,"s":"A:B","t":2,"v":1}],"type":"trade"}',
  '{"type":"ping"}',
  '{"type":"error","msg":"Invalid symbol AAPL"}',
];

/** Messages of the server, both hot and rare. */
export const VALID_FRAMES: readonly string[] = [
  '[1,12,1672348887195,[0,122.1,1],[3,122.2,5,11],[-1,122,0]]',
  '["b",1,12,9,[1672348887,1,2,0.5,1.5,3.5,3,10,990,-3,-55,8,0,2],[1672348888,null,5,4,null,0,0]]',
  '{"type":"hello","version":1,"feed":"finnhub","limit":50,"time":1}',
  '{"type":"subscribed","symbol":"AAPL","id":1,"epoch":2,"seq":3,"recovered":true,"last":{"t":1,"p":2.5}}',
  '{"type":"gap","symbol":"AAPL","cause":"upstream","from":1,"to":2,"fromSeq":3,"toSeq":4}',
  '{"type":"reset","symbol":"AAPL","epoch":1,"seq":2,"reason":"slow"}',
  '{"type":"waiting","symbol":"AAPL","position":1}',
  '{"type":"status","upstream":"live","since":1,"retryAt":2,"delayMs":3,"reason":"key-in-use"}',
  '{"type":"error","code":"capacity","message":"x","symbol":"AAPL"}',
];

/** JSON texts of values that are not what anybody expects; some are no JSON. */
export const ODD_VALUES: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e999',
  '-1e999',
  '9007199254740993',
  '1e-400',
  'NaN',
  'Infinity',
  'undefined',
  '""',
  '"1"',
  '"\\u0000"',
  '"\\ud800"',
  '"\ud800"',
  `"${'x'.repeat(65)}"`,
  '"__proto__"',
  '"constructor"',
  '[]',
  '[null]',
  '[[[[]]]]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"toString":1,"valueOf":2}',
];

/** Object keys that have hurt programs before. */
export const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'type',
  'symbol',
  'data',
];

/** One edit of a text: `at` and `length` are fractions of it. */
const edit = fc.record({
  how: fc.constantFrom('cut', 'insert', 'double', 'truncate', 'value', 'key'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.double({ min: 0, max: 0.5, noNaN: true }),
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\0'),
  ),
  value: fc.oneof(fc.constantFrom(...ODD_VALUES), fc.json({ maxDepth: 2 })),
  key: fc.constantFrom(...ODD_KEYS),
});

/** Valid messages with one to three things wrong with them (a few stay valid by luck). */
export function mutated(valid: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...valid), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) => edits.reduce((result, each) => applyEdit(result, each), text));
}

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function applyEdit(text: string, { how, at, length, text: inserted, value, key }: Edit): string {
  const from = Math.floor(at * text.length);
  const to = from + Math.ceil(length * text.length);
  switch (how) {
    case 'cut':
      return text.slice(0, from) + text.slice(to);
    case 'insert':
      return text.slice(0, from) + inserted + text.slice(from);
    case 'double':
      return text.slice(0, to) + text.slice(from);
    case 'truncate':
      return text.slice(0, from);
    case 'value':
      return replaceOne(text, VALUE, at, value);
    case 'key':
      return replaceOne(text, KEY, at, JSON.stringify(key));
  }
}

const VALUE = /(?<=[:[,])(?:"[^"]*"(?!:)|-?[\d.]+|null|true|false)/g;
const KEY = /"[^"]*"(?=:)/g;

/** Replaces one match of `pattern`, the one at the fraction `at` of all. */
function replaceOne(text: string, pattern: RegExp, at: number, by: string): string {
  const matches = [...text.matchAll(pattern)];
  const match = matches[Math.min(matches.length - 1, Math.floor(at * matches.length))];
  return match ? replaceMatch(text, match, by) : text;
}

function replaceMatch(text: string, match: RegExpExecArray, by: string): string {
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

/** Each message with each one of its values replaced by each odd one, and with each of its keys by each odd one. */
export function everyReplacement(valid: readonly string[]): string[] {
  return valid.flatMap((text) => [
    ...[...text.matchAll(VALUE)].flatMap((match) => ODD_VALUES.map((value) => replaceMatch(text, match, value))),
    ...[...text.matchAll(KEY)].flatMap((match) =>
      ODD_KEYS.map((key) => replaceMatch(text, match, JSON.stringify(key))),
    ),
  ]);
}

function stringified(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A BigInt or a cycle: how it prints will do.
    return Object.prototype.toString.call(value);
  }
}

/** Texts of every kind: none, some or all of it JSON, of valid messages with something wrong. */
export function arbitraryText(valid: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: mutated(valid) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true }).map(stringified) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_VALUES) },
  );
}
