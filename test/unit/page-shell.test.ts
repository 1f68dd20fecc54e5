import { describe, expect, it } from 'vitest';
import { coloursOf, mediaOf, themeOf } from '../../pwa/look/look.ts';
import { Reader } from '../../pwa/page/aloud/reader.ts';
import { installAdvice, isIos } from '../../pwa/page/install/advice.ts';

describe('the chosen theme', () => {
  it.each([
    ['light', 'system', '(prefers-color-scheme: light)'],
    ['dark', 'system', '(prefers-color-scheme: dark)'],
    ['light', 'light', 'all'],
    ['dark', 'light', 'not all'],
    ['light', 'dark', 'not all'],
    ['dark', 'dark', 'all'],
  ] as const)('what is meant for %s, with %s chosen, counts by "%s"', (scheme, theme, media) => {
    expect(mediaOf(scheme, theme)).toBe(media);
  });

  it('is the system’s where storage holds nothing, or something else', () => {
    expect([themeOf(null), themeOf('blue'), themeOf('light'), themeOf('dark')]).toEqual([
      'system',
      'system',
      'light',
      'dark',
    ]);
    expect([coloursOf(null), coloursOf('x'), coloursOf('blue-orange')]).toEqual([
      'green-red',
      'green-red',
      'blue-orange',
    ]);
  });
});

describe('the price read aloud', () => {
  const shown = (price: number, symbol = 'AAPL') => ({ symbol, name: `Name of ${symbol}`, price, text: String(price) });

  it('is said at once with its name, then with its direction', () => {
    const reader = new Reader();
    expect(reader.say(shown(10), 0)).toBe('Name of AAPL 10');
    expect(reader.say(shown(11), 10_000)).toBe('11, up');
    expect(reader.say(shown(9), 20_000)).toBe('9, down');
  });

  it('waits for 10 s, also where another symbol is shown', () => {
    const reader = new Reader();
    reader.say(shown(10), 5000);
    expect(reader.say(shown(11), 14_999)).toBeUndefined();
    expect(reader.say(shown(20, 'MSFT'), 14_999)).toBeUndefined();
    expect(reader.say(shown(20, 'MSFT'), 15_000)).toBe('Name of MSFT 20');
  });

  it('compares with what was said last, not with what was shown between', () => {
    const reader = new Reader();
    reader.say(shown(10), 0);
    reader.say(shown(15), 5000);
    expect(reader.say(shown(12), 10_000)).toBe('12, up');
  });

  it('says nothing as long as the price is the same, and then the next change at once', () => {
    const reader = new Reader();
    reader.say(shown(10), 0);
    expect(reader.say(shown(10), 60_000)).toBeUndefined();
    expect(reader.say(shown(12), 60_001)).toBe('12, up');
  });
});

describe('the advice on installing', () => {
  const situation = { isInstalled: false, hasOffer: false, isSecure: true, isIos: false };

  it.each([
    ['installed', { isInstalled: true, hasOffer: true }],
    ['ask', { hasOffer: true }],
    ['share-sheet', { isIos: true }],
    ['browser-menu', {}],
    ['insecure', { isSecure: false }],
    ['insecure', { isSecure: false, isIos: true }],
  ] as const)('is %s for %o', (advice, facts) => {
    expect(installAdvice({ ...situation, ...facts })).toBe(advice);
  });

  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15', 5, true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 5, true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 0, false],
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36', 5, false],
  ])('knows an iPhone and an iPad: %s', (userAgent, touchPoints, expected) => {
    expect(isIos(userAgent, touchPoints)).toBe(expected);
  });
});
