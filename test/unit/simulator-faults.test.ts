import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../../src/protocol/trade.ts';
import { decodeFault, FAULT_USAGE, parseFault, type SimulatorFault } from '../../src/upstream/simulator/faults.ts';
import { handshakeOf, refusal } from '../../src/upstream/simulator/handshake.ts';
import { type FlagValues, readFlags } from '../../src/upstream/simulator/options.ts';
import { answerRequest } from '../../src/upstream/simulator/requests.ts';
import { distort, NO_TROUBLES, type Troubles, withFault } from '../../src/upstream/simulator/troubles.ts';

const EXAMPLES: readonly (readonly [string, SimulatorFault])[] = [
  ['drop-all', { type: 'drop-all' }],
  ['drop-on-connect', { type: 'drop-on-connect', ms: 0 }],
  ['drop-on-connect:300', { type: 'drop-on-connect', ms: 300 }],
  ['drop-every:600000', { type: 'drop-every', ms: 600_000 }],
  ['hang-handshake', { type: 'hang-handshake' }],
  ['hang-stream', { type: 'hang-stream' }],
  ['freeze', { type: 'freeze' }],
  ['closed-market', { type: 'closed-market' }],
  ['delay:6000', { type: 'delay', ms: 6000 }],
  ['handshake-status:503', { type: 'handshake-status', status: 503 }],
  ['malformed', { type: 'malformed' }],
  ['triple', { type: 'triple' }],
  ['shuffle', { type: 'shuffle' }],
  ['conditions:missing', { type: 'conditions', as: 'missing' }],
  ['invalid-symbol:AAPL:3600000', { type: 'invalid-symbol', symbol: 'AAPL', ms: 3_600_000 }],
  ['invalid-symbol:BINANCE:BTCUSDT', { type: 'invalid-symbol', symbol: 'BINANCE:BTCUSDT', ms: 0 }],
  ['invalid-symbol:IC MARKETS:1:500', { type: 'invalid-symbol', symbol: 'IC MARKETS:1', ms: 500 }],
  ['cap:30', { type: 'cap', limit: 30 }],
  ['rest-status:429', { type: 'rest-status', status: 429 }],
  ['rest-hang', { type: 'rest-hang' }],
  ['rest-zero-quote', { type: 'rest-zero-quote' }],
  ['clear', { type: 'clear' }],
];

const troubled = (...faults: readonly SimulatorFault[]): Troubles =>
  faults.reduce((troubles, fault) => withFault(troubles, fault, 1000), NO_TROUBLES);

describe('a fault', () => {
  it.each(EXAMPLES)('%s is read from the command line and from JSON', (text, fault) => {
    expect(parseFault(text)).toEqual({ ok: true, fault });
    expect(decodeFault(JSON.parse(JSON.stringify(fault)))).toEqual({ ok: true, fault });
  });

  it('of every type is among the examples', () => {
    const types = new Set(EXAMPLES.map(([, fault]) => fault.type));
    expect(FAULT_USAGE.map((usage) => usage.split(':')[0])).toEqual([...types]);
  });

  it.each([
    '',
    'drop',
    'delay:x',
    'drop-every:0',
    'handshake-status:99',
    'conditions:some',
    'cap',
    'freeze:1',
    '__proto__',
    'invalid-symbol',
  ])('%j is none, and the reason is said', (text) => {
    const parsed = parseFault(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.reason).not.toContain('\n');
  });

  it('of any other kind is refused without an exception', () => {
    fc.assert(fc.property(fc.anything(), (value) => decodeFault(value).ok === false));
    fc.assert(fc.property(fc.string(), (text) => typeof parseFault(text).ok === 'boolean'));
  });

  it('lasts until it is cleared', () => {
    const troubles = troubled(
      { type: 'freeze' },
      { type: 'delay', ms: 5 },
      { type: 'invalid-symbol', symbol: 'A', ms: 10 },
    );
    expect(troubles).toMatchObject({ frozen: true, delayMs: 5 });
    expect(troubles.invalid.get('A')).toBe(1010);
    expect(troubled({ type: 'freeze' }, { type: 'clear' })).toEqual(NO_TROUBLES);
    expect(NO_TROUBLES.invalid.size).toBe(0);
  });
});

describe('trades in trouble', () => {
  const trades: readonly Trade[] = [1, 2, 3].map((t) => ({ symbol: 'A', t, p: t, v: 1, c: ['1'] }));
  const times = (...faults: readonly SimulatorFault[]) => distort(trades, troubled(...faults)).map((trade) => trade.t);

  it('come as they are without any', () => {
    expect(distort(trades, NO_TROUBLES)).toEqual(trades);
  });

  it('come three times, out of order, or without codes', () => {
    expect(times({ type: 'triple' })).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(times({ type: 'shuffle' })).toEqual([3, 2, 1]);
    const codes = (as: 'null' | 'empty' | 'missing') => distort(trades, troubled({ type: 'conditions', as }))[0]?.c;
    expect([codes('null'), codes('empty'), codes('missing')]).toEqual([null, [], undefined]);
  });
});

describe('a handshake', () => {
  it('needs a key: the configured ones, or any where none are', () => {
    expect(handshakeOf('k', ['k'], NO_TROUBLES)).toEqual({ type: 'accept', key: 'k' });
    expect(handshakeOf('x', [], NO_TROUBLES)).toEqual({ type: 'accept', key: 'x' });
    for (const token of ['x', '', null]) {
      expect(handshakeOf(token, ['k'], NO_TROUBLES)).toEqual({ type: 'refuse', status: 401 });
    }
    expect(handshakeOf('', [], NO_TROUBLES).type).toBe('refuse');
  });

  it('hangs or is refused on command, whatever the key', () => {
    expect(handshakeOf('k', ['k'], troubled({ type: 'hang-handshake' }))).toEqual({ type: 'hang' });
    expect(handshakeOf('k', ['k'], troubled({ type: 'handshake-status', status: 200 }))).toEqual({
      type: 'refuse',
      status: 200,
    });
    expect(refusal(503)).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*\r\n\r\n$/);
  });
});

describe('a request', () => {
  const subscribed = new Set(['A', 'B']);
  const knows = (symbol: string): boolean => symbol.length === 1;
  const ask = (type: 'subscribe' | 'unsubscribe', symbol: string, cap = 3) =>
    answerRequest({ type, symbol }, { subscribed, cap, knows });

  it('is granted up to the cap, and refused over it without a symbol’s name', () => {
    expect(ask('subscribe', 'C')).toEqual({ type: 'subscribe', symbol: 'C' });
    expect(ask('subscribe', 'C', 2)).toEqual({ type: 'error', msg: 'Subscribing to too many symbols' });
  });

  it('for a symbol that is live changes nothing, even at the cap', () => {
    expect(ask('subscribe', 'A', 2)).toEqual({ type: 'nothing' });
    expect(ask('unsubscribe', 'A')).toEqual({ type: 'unsubscribe', symbol: 'A' });
    expect(ask('unsubscribe', 'C')).toEqual({ type: 'nothing' });
  });

  it('for an unknown symbol names it', () => {
    expect(ask('subscribe', 'NOPE')).toEqual({ type: 'error', msg: 'Invalid symbol NOPE' });
  });
});

describe('the command line', () => {
  const reasonOf = (values: FlagValues): string => {
    const read = readFlags(values);
    return read.ok ? '' : read.reason;
  };

  it('sets what is asked', () => {
    const values = {
      port: '0',
      seed: '7',
      key: ['a', 'b'],
      limit: '10',
      replay: 'x.csv',
      speed: 'max',
      fault: ['triple'],
    };
    expect(readFlags(values)).toMatchObject({
      ok: true,
      command: {
        settings: { port: 0, seed: 7, keys: ['a', 'b'], limit: 10, dropSharedKey: true, faults: [{ type: 'triple' }] },
        replay: { file: 'x.csv', speed: 0, rebase: false },
      },
    });
    expect(readFlags({ replay: 'x', speed: '0', rebase: true })).toMatchObject({
      command: { replay: { speed: 0, rebase: true } },
    });
    expect(readFlags({ replay: 'x' })).toMatchObject({ command: { replay: { speed: 1 } } });
  });

  it('names the flag, the value and what is allowed', () => {
    expect(reasonOf({ port: '70000' })).toBe('--port "70000": a whole number from 0 to 65535');
    expect(reasonOf({ seed: '-1' })).toContain('--seed "-1"');
    expect(reasonOf({ pace: '0' })).toContain('a number above 0');
    expect(reasonOf({ replay: 'x', speed: 'fast' })).toContain('--speed "fast"');
    expect(reasonOf({ speed: '2' })).toBe('--speed and --rebase need --replay');
    expect(reasonOf({ fault: ['boom'] })).toMatch(/^--fault: "boom" is no fault/);
  });
});
