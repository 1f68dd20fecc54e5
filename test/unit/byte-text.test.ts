import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteText } from '../../src/workers/tasks/byte-text.ts';
import { candleBody } from '../../src/workers/tasks/candle-text.ts';

const RUNS = { numRuns: 20_000 };
const decoder = new TextDecoder();
const body = new ByteText();

function written(value: number): string {
  body.clear();
  body.number(value);
  return decoder.decode(body.copy());
}

describe('a number written as bytes', () => {
  it('is what JavaScript writes, whatever double it is', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(written(value)).toBe(String(value));
      }),
      RUNS,
    );
  });

  it('is so for prices and volumes, with their decimals and the errors of sums', () => {
    const decimals = fc.tuple(fc.nat(1e9), fc.integer({ min: 0, max: 11 }), fc.constantFrom(0, 0.1, 0.2, 1e-8));
    fc.assert(
      fc.property(decimals, ([digits, places, more]) => {
        const value = digits / 10 ** places + more;
        expect(written(value)).toBe(String(value));
      }),
      RUNS,
    );
  });

  it.each([
    0,
    -0,
    9_999_999,
    1e7,
    10_000_000.5,
    1e15 - 1,
    1e15,
    123456789.12345678,
    99999999999999.9,
    1e-6,
    1e-7,
    1e21,
  ])('%d is where another way of writing begins, and is the same', (value) => {
    expect(written(value)).toBe(String(value));
  });
});

describe('a body of candles', () => {
  it('lists them with the oldest first, however long it gets, and keeps none of the one before', () => {
    const candles = Array.from({ length: 20_000 }, (_, i) => ({
      t: -i,
      o: 0.1,
      h: 1.5,
      l: 1e-7,
      c: 2,
      v: 0.1 + 0.2,
      n: i,
    }));
    const expected = JSON.stringify({ é: 1, candles: [...candles].reverse(), to: 2 });
    const [before, after] = ['{"é":1,"candles":[', '],"to":2}'];
    expect(decoder.decode(candleBody(before, candles, after))).toBe(expected);
    expect(decoder.decode(candleBody(before, [], after))).toBe('{"é":1,"candles":[],"to":2}');
  });

  it('is alone in its buffer, so that it can be handed over', () => {
    const bytes = candleBody('[', [], ']');
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
});
