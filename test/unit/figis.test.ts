import { describe, expect, it } from 'vitest';
import { joinFigis, splitFigis } from '../../src/protocol/figis.ts';

describe('figis as one text', () => {
  it('come back as they were', () => {
    const figis = [
      ['AAPL', 'BBG000B9XRY4'],
      ['IC MARKETS:1', 'BBG000000001'],
    ] as const;
    expect(splitFigis(joinFigis(figis))).toEqual(new Map(figis));
    expect(splitFigis(joinFigis([]))).toEqual(new Map());
  });
});
