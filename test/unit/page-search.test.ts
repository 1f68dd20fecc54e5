import { describe, expect, it } from 'vitest';
import { addressOf, symbolInAddress } from '../../pwa/page/address.ts';
import { parsePicks, withPick } from '../../pwa/page/storage.ts';

describe('the address', () => {
  it('names the symbol, readable, and keeps what else is there', () => {
    expect(addressOf('?x=1', 'BINANCE:BTCUSDT')).toBe('?x=1&symbol=BINANCE:BTCUSDT');
    expect(symbolInAddress(addressOf('', 'IC MARKETS:1'))).toBe('IC MARKETS:1');
  });

  it('ignores what cannot be a symbol', () => {
    expect(symbolInAddress('')).toBeUndefined();
    expect(symbolInAddress('?symbol=')).toBeUndefined();
    expect(symbolInAddress('?symbol=%22x%22')).toBeUndefined();
  });
});

describe('recent picks', () => {
  it('put the latest first, each once, and keep a name that is known', () => {
    const picks = withPick(
      [
        { symbol: 'A', description: 'Agilent' },
        { symbol: 'B', description: '' },
      ],
      {
        symbol: 'B',
        description: '',
      },
    );
    expect(picks.map(({ symbol }) => symbol)).toEqual(['B', 'A']);
    expect(withPick(picks, { symbol: 'A', description: '' })[0]).toEqual({ symbol: 'A', description: 'Agilent' });
  });

  it('survive rubbish in the storage', () => {
    expect(parsePicks('{')).toEqual([]);
    expect(parsePicks('{"symbol":"A"}')).toEqual([]);
    expect(parsePicks('[null,1,{"symbol":""},{"symbol":"A","description":7}]')).toEqual([
      { symbol: 'A', description: '' },
    ]);
  });
});
