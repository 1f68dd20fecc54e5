import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTRUMENTS, instrumentOf } from '../../src/catalogue/builtin.ts';
import { formsPrice } from '../../src/protocol/candles.ts';
import { countUnknown, flagsOf } from '../../src/protocol/conditions.ts';
import { parseFinnhubMessage } from '../../src/protocol/finnhub.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { Trade } from '../../src/protocol/trade.ts';
import { inventedModel, type Model, modelOf } from '../../src/upstream/simulator/model.ts';
import { decimalsOf, midAt, printedPrice } from '../../src/upstream/simulator/prices.ts';
import { Tape } from '../../src/upstream/simulator/tape.ts';
import { clockAt, SLOT_MS, tradesOf } from '../../src/upstream/simulator/trades.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A Wednesday, 11:00, 7:00 and 3:00 in New York (daylight-saving time). */
const REGULAR = Date.UTC(2025, 9, 15, 15);
const PRE = Date.UTC(2025, 9, 15, 11);
const NIGHT = Date.UTC(2025, 9, 15, 7);
const OPEN = Date.UTC(2025, 9, 15, 13, 30);
const CLOSE = Date.UTC(2025, 9, 15, 20);

function model(symbol: string, seed = 1): Model {
  const instrument = instrumentOf(symbol);
  if (!instrument) throw new Error(`${symbol} is not built in`);
  return modelOf(instrument, seed, 1);
}

function tradesBetween(m: Model, from: number, to: number): Trade[] {
  const trades: Trade[] = [];
  for (let slot = from / SLOT_MS; slot < to / SLOT_MS; slot += 1) trades.push(...tradesOf(m, clockAt(slot)));
  return trades;
}

function longestSilence(trades: readonly Trade[]): number {
  return trades.reduce((longest, trade, i) => Math.max(longest, trade.t - (trades[i - 1]?.t ?? trade.t)), 0);
}

const forms = ({ symbol, t, c }: Trade): boolean => formsPrice(marketOf(symbol), t, flagsOf(c));

describe('the simulated price', () => {
  it('is the same for the same seed, symbol and time, and another for another', () => {
    fc.assert(
      fc.property(fc.constantFrom('AAPL', 'BINANCE:BTCUSDT'), fc.integer({ min: 0, max: 4e12 }), (symbol, t) => {
        expect(midAt(model(symbol), t)).toBe(midAt(model(symbol), t));
        expect(midAt(model(symbol), t)).not.toBe(midAt(model(symbol, 2), t));
      }),
    );
  });

  it('stays plausible for years', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INSTRUMENTS), fc.integer({ min: 0, max: 4e12 }), (instrument, t) => {
        const share = midAt(modelOf(instrument, 7, 1), t) / instrument.reference;
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThan(2);
      }),
    );
  });

  it('moves like a random walk: by its volatility times the root of the time', () => {
    const m = model('AAPL');
    for (const seconds of [1, 60, 3600, 86_400]) {
      let squares = 0;
      for (let i = 0; i < 1000; i += 1) {
        const t = REGULAR + i * 23_757_000;
        squares += Math.log(midAt(m, t + seconds * 1000) / midAt(m, t)) ** 2;
      }
      const ratio = Math.sqrt(squares / 1000) / (m.volatility * Math.sqrt(seconds));
      expect(ratio).toBeGreaterThan(0.6);
      expect(ratio).toBeLessThan(1.5);
    }
  });

  it('has no jumps', () => {
    const m = model('NVDA');
    for (let t = REGULAR; t < REGULAR + MINUTE; t += 10) {
      expect(Math.abs(midAt(m, t + 10) / midAt(m, t) - 1)).toBeLessThan(1e-4);
    }
  });

  it('is printed with the decimals of its venue', () => {
    const decimals = (symbol: string, price: number): number => decimalsOf(model(symbol), price);
    expect(decimals('AAPL', 255)).toBe(2);
    expect(decimals('BYND', 0.75)).toBe(4);
    expect(decimals('OANDA:EUR_USD', 1.16)).toBe(5);
    expect(decimals('OANDA:USD_JPY', 151)).toBe(3);
    expect(decimals('BINANCE:BTCUSDT', 111_500)).toBe(2);
    expect(decimals('BINANCE:SHIBUSDT', 0.00001)).toBe(8);
    for (const instrument of INSTRUMENTS) {
      const m = modelOf(instrument, 1, 1);
      const price = printedPrice(m, midAt(m, REGULAR), 1);
      expect(price).toBe(Number(price.toFixed(decimalsOf(m, price))));
      expect(price).toBeGreaterThan(0);
    }
  });
});

describe('simulated trades', () => {
  it('are the same for everyone who asks', () => {
    expect(tradesBetween(model('TSLA'), REGULAR, REGULAR + MINUTE)).toEqual(
      tradesBetween(model('TSLA'), REGULAR, REGULAR + MINUTE),
    );
  });

  it('lie in their slot, in time order', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INSTRUMENTS), fc.nat(1e6), (instrument, offset) => {
        const slot = REGULAR / SLOT_MS + offset;
        let last = slot * SLOT_MS;
        for (const { t } of tradesOf(modelOf(instrument, 1, 1), clockAt(slot))) {
          expect(t).toBeGreaterThanOrEqual(last);
          expect(t).toBeLessThan((slot + 1) * SLOT_MS);
          last = t;
        }
      }),
    );
  });

  it.each(['AAPL', 'TSLA', 'NVDA', 'BINANCE:BTCUSDT', 'BINANCE:ETHUSDT'])('come 5 to 20 a second for %s', (symbol) => {
    const aSecond = tradesBetween(model(symbol), REGULAR, REGULAR + 5 * MINUTE).length / 300;
    expect(aSecond).toBeGreaterThan(5);
    expect(aSecond).toBeLessThan(20);
  });

  it.each(['O', 'BRK.A', 'OANDA:NZD_JPY', 'BINANCE:CHZUSDT'])(
    'move the price of quiet %s every 3 seconds, day and night',
    (symbol) => {
      for (const from of [REGULAR, PRE, NIGHT]) {
        const forming = tradesBetween(model(symbol), from, from + 2 * MINUTE).filter(forms);
        expect(longestSilence(forming)).toBeLessThanOrEqual(3_000);
      }
    },
  );

  it('come in bursts: several in a millisecond, and seconds far busier than others', () => {
    const trades = tradesBetween(model('AAPL'), REGULAR, REGULAR + 2 * MINUTE);
    expect(trades.some((trade, i) => trade.t === trades[i - 1]?.t)).toBe(true);
    const perSecond = new Map<number, number>();
    for (const { t } of trades) perSecond.set(Math.floor(t / 1000), (perSecond.get(Math.floor(t / 1000)) ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeGreaterThan(3 * (trades.length / 120));
  });

  it('are well formed in Finnhub’s framing', () => {
    const trades = INSTRUMENTS.flatMap((item) => tradesBetween(modelOf(item, 1, 1), REGULAR, REGULAR + 3_000));
    const data = trades.map(({ symbol, ...rest }) => ({ s: symbol, ...rest }));
    expect(parseFinnhubMessage(JSON.stringify({ data, type: 'trade' }))).toEqual({
      type: 'trades',
      trades,
      malformed: 0,
    });
  });
});

describe('condition codes and volumes', () => {
  const stocks = tradesBetween(model('AAPL'), REGULAR, REGULAR + 5 * MINUTE);

  it('mark about half of a stock’s trades as odd lots, and leave at least 40 % to form the price', () => {
    const odd = stocks.filter((trade) => trade.c?.includes('12'));
    expect(odd.length / stocks.length).toBeGreaterThan(0.3);
    expect(stocks.filter(forms).length / stocks.length).toBeGreaterThan(0.4);
    for (const { v } of odd) expect(v).toBeLessThan(100);
  });

  it('are codes that Finnhub has, of many kinds', () => {
    for (const { c } of stocks) expect(countUnknown(c)).toBe(0);
    expect(new Set(stocks.map((trade) => trade.c?.join())).size).toBeGreaterThan(8);
  });

  it('say Form T outside regular hours and never within', () => {
    const has24 = (trade: Trade): boolean => trade.c?.includes('24') === true || trade.c?.includes('25') === true;
    expect(stocks.some(has24)).toBe(false);
    for (const from of [PRE, NIGHT]) expect(tradesBetween(model('AAPL'), from, from + MINUTE).every(has24)).toBe(true);
  });

  it('print the auctions as regular hours begin and end', () => {
    const codes = (from: number) => tradesBetween(model('AAPL'), from, from + SLOT_MS).map((trade) => trade.c?.join());
    expect(codes(OPEN).slice(0, 2)).toEqual(['1,19', '20']);
    expect(codes(CLOSE).slice(0, 2)).toEqual(['1,36', '16']);
  });

  it('are null for currencies, whose volume is 0, and for crypto, where it sometimes is', () => {
    const forex = tradesBetween(model('OANDA:EUR_USD'), REGULAR, REGULAR + MINUTE);
    expect(forex.every((trade) => trade.v === 0 && trade.c === null)).toBe(true);
    const crypto = tradesBetween(model('BINANCE:BTCUSDT'), REGULAR, REGULAR + 2 * MINUTE);
    const zeros = crypto.filter((trade) => trade.v === 0).length;
    expect(zeros).toBeGreaterThan(0);
    expect(zeros).toBeLessThan(crypto.length / 10);
  });
});

describe('the tape', () => {
  const options = { seed: 1, pace: 1, anySymbol: false };
  const symbols = new Set(['AAPL', 'BINANCE:BTCUSDT']);

  it('gives every trade once, however often it is asked', () => {
    const [often, once] = [new Tape(options, REGULAR), new Tape(options, REGULAR)];
    const pieces: Trade[] = [];
    for (let t = REGULAR; t <= REGULAR + 5_000; t += 37) pieces.push(...often.due(t, symbols));
    pieces.push(...often.due(REGULAR + 5_000, symbols));
    expect(pieces).toEqual(once.due(REGULAR + 5_000, symbols));
  });

  it('gives nothing while the clock is behind, and nothing twice after', () => {
    const tape = new Tape(options, REGULAR);
    const first = tape.due(REGULAR + 2_000, symbols);
    expect(tape.due(REGULAR - 8_000, symbols)).toEqual([]);
    const second = tape.due(REGULAR + 4_000, symbols);
    expect([...first, ...second]).toEqual(new Tape(options, REGULAR).due(REGULAR + 4_000, symbols));
  });

  it('catches up in steps after a stall, and skips what is too old', () => {
    const tape = new Tape(options, REGULAR);
    const late = tape.due(REGULAR + DAY, symbols);
    expect(late[0]?.t).toBeGreaterThanOrEqual(REGULAR + DAY - 10 * MINUTE);
    expect(late.at(-1)?.t).toBeLessThan(REGULAR + DAY - 9 * MINUTE);
  });

  it('knows the built-in symbols only, or any', () => {
    expect(new Tape(options, REGULAR).model('SYM1')).toBeUndefined();
    const any = new Tape({ ...options, anySymbol: true }, REGULAR);
    expect(any.model('SYM1')?.reference).toBe(inventedModel('SYM1', 1, 1).reference);
    expect(any.due(REGULAR + 5_000, new Set(['SYM1', 'SYM2'])).length).toBeGreaterThan(5);
  });
});
