import { describe, expect, it } from 'vitest';
import { barsPicture } from '../../bench/lib/picture.ts';
import { unevenness } from '../../bench/lib/split.ts';
import { verdicts } from '../../bench/lib/thresholds.ts';

const bars = [
  { label: 'twice <as> much', value: 4, isOurs: false },
  { label: 'ours', value: 2, isOurs: true },
];

function numbers(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map(([, number]) => Number(number));
}

describe("the benchmark's picture", () => {
  it('draws bars from zero, as long as their values, the shortest first', () => {
    const [ours = 0, other = 0] = numbers(barsPicture('', '', bars), /class="bar" x="\d+" y="\d+" width="(\d+)"/g);
    expect(other).toBe(2 * ours);
    expect(ours).toBeGreaterThan(100);
  });

  it('keeps every number within the card, also that of the longest bar', () => {
    const svg = barsPicture('', '', bars);
    const [width = 0] = numbers(svg, /<svg [^>]*width="(\d+)"/g);
    const ends = numbers(svg, /class="number" x="(\d+)"/g);
    expect(ends).toHaveLength(2);
    for (const end of ends) expect(end).toBeLessThan(width - 48);
  });

  it('keeps every name within the card, also the longest', () => {
    const label = "bare uWebSockets.js + Tickcast's window";
    const svg = barsPicture('', '', [...bars, { label, value: 1, isOurs: false }]);
    const ends = numbers(svg, /<text x="(\d+)" y="\d+" text-anchor="end"/g);
    expect(ends).toHaveLength(3);
    // As wide as the widest of the fonts makes it.
    for (const end of ends) expect(end - 8.4 * label.length).toBeGreaterThan(0);
  });

  it('marks what is ours, and writes names as text', () => {
    const svg = barsPicture('', '', bars);
    expect(svg.match(/class="ours">\s*<text [^>]*>([^<]*)</)?.[1]).toBe('ours');
    expect(svg).toContain('twice &lt;as&gt; much');
  });
});

describe("the benchmark's verdicts", () => {
  const promise = { what: 'CPU', most: 0.45, unit: '', digits: 3 };

  it('are met up to the limit, not beyond, and never where nothing was measured', () => {
    expect(verdicts([{ ...promise, value: 0.45 }])).toBe('- met: CPU: 0.450 (at most 0.450)');
    expect(verdicts([{ ...promise, value: 0.4501 }])).toContain('**not met**');
    expect(verdicts([{ ...promise, value: Number.NaN }])).toContain('not measured');
  });

  it('take a shard without a single connection for the most uneven split', () => {
    expect(unevenness([165, 135], 2)).toBeCloseTo(0.1);
    expect(unevenness([300], 2)).toBe(1);
  });
});
