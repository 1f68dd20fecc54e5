import { describe, expect, it } from 'vitest';
import {
  countUnknown,
  EXTENDED_HOURS,
  flagsOf,
  movesLast,
  NO_VOLUME,
  NOT_HIGH_LOW,
  NOT_LAST,
} from '../../src/protocol/conditions.ts';
import { hasSharedData } from '../shared-data.ts';
import { CONDITIONS_FILE, publishedFlags, publishedRules } from '../support/published-conditions.ts';

describe.skipIf(!hasSharedData(CONDITIONS_FILE))(
  "Finnhub's published condition codes (skipped without ../shared/data)",
  () => {
    const rules = hasSharedData(CONDITIONS_FILE) ? publishedRules() : [];

    it('are 41', () => {
      expect(rules.map(({ code }) => code)).toEqual(Array.from({ length: 41 }, (_, i) => String(i + 1)));
    });

    it.each(rules)('$code ($name): last $last, high and low $highLow, volume $volume', (rule) => {
      const { code, last, highLow, volume } = rule;
      const flags = flagsOf([code]);
      expect(flags & NOT_LAST, 'not last').toBe(last === 'n' ? NOT_LAST : 0);
      expect(flags & NOT_HIGH_LOW, 'not high or low').toBe(highLow === 'n' ? NOT_HIGH_LOW : 0);
      expect(flags & NO_VOLUME, 'no volume').toBe(volume === 'n' ? NO_VOLUME : 0);
      // Code 25 says "extended hours" in its name: its trades are outside regular hours too, and move no price at all.
      const isExtended = last === 'extended' || /extended hours/i.test(rule.name);
      expect(flags & EXTENDED_HOURS, 'extended hours').toBe(isExtended ? EXTENDED_HOURS : 0);
      expect(flags & ~(NOT_LAST | NOT_HIGH_LOW | NO_VOLUME | EXTENDED_HOURS), 'nothing else').toBe(0);
      expect(movesLast(flags)).toBe(last !== 'n');
      expect(countUnknown([code])).toBe(0);
    });

    it('together let a trade do only what each of them allows', () => {
      for (const a of rules) {
        for (const b of rules) expect(flagsOf([a.code, b.code])).toBe(publishedFlags([a.code, b.code], rules));
      }
    });
  },
);

describe('other condition codes', () => {
  it.each([[undefined], [null], [[]]])('%j is a regular trade', (conditions) => {
    expect(flagsOf(conditions)).toBe(0);
    expect(countUnknown(conditions)).toBe(0);
  });

  it.each([['0'], ['42'], ['01'], ['1 '], [''], ['__proto__'], ['constructor'], ['toString']])(
    '"%s" is unknown: regular, and counted',
    (code) => {
      expect(flagsOf([code])).toBe(0);
      expect(countUnknown([code, '1', code])).toBe(2);
      expect(flagsOf([code, '12'])).toBe(NOT_LAST | NOT_HIGH_LOW);
    },
  );
});
