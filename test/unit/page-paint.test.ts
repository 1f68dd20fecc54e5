import { describe, expect, it } from 'vitest';
import type { Reading } from '../../pwa/chart/crosshair.ts';
import type { Plot } from '../../pwa/chart/paint.ts';
import { paintAxes } from '../../pwa/chart/paint-axes.ts';
import { paintLine } from '../../pwa/chart/paint-line.ts';
import type { Palette } from '../../pwa/chart/palette.ts';
import { PLAIN_TIME } from '../../pwa/chart/time-map.ts';
import type { Scene } from '../../pwa/chart/view.ts';

/** A plot of 1000 by 500 pixels, in which a pixel is a millisecond and a unit of price. */
const plot: Plot = {
  area: { left: 0, top: 0, right: 1_000, bottom: 500, width: 1_000, height: 500 },
  width: 1_080,
  height: 530,
  at: (x) => x,
  x: (t) => t,
  y: (price) => 500 - price,
  sharp: (px) => Math.round(px - 0.5),
};
const palette = { font: 'serif', grid: 'grid', label: 'label', line: 'line' } as Palette;

/** A canvas that only notes what is asked of it. */
function noted(): { readonly ctx: CanvasRenderingContext2D; readonly calls: string[] } {
  const calls: string[] = [];
  const ctx = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args: unknown[]) =>
          calls.push(`${String(name)} ${args.join(' ')}`.trim()),
      set: () => true,
    },
  );
  return { ctx: ctx as CanvasRenderingContext2D, calls };
}

describe('the line', () => {
  it('has a stretch between two breaks, whose fill reaches down to the bottom of the plot', () => {
    const { ctx, calls } = noted();
    const points = [
      { x: 0, y: 100 },
      { x: 10, y: 200 },
      { x: 10, y: Number.NaN },
      { x: 50, y: 300 },
      { x: 60, y: 250 },
    ];
    paintLine(ctx, plot, palette, points, {} as CanvasGradient);
    const line = ['moveTo 0 400', 'lineTo 10 300', 'moveTo 50 200', 'lineTo 60 250'];
    expect(calls).toEqual([
      'beginPath',
      ...line.slice(0, 2),
      'lineTo 10 500',
      'lineTo 0 500',
      ...line.slice(2),
      'lineTo 60 500',
      'lineTo 50 500',
      'fill',
      'beginPath',
      ...line,
      'stroke',
    ]);
  });
});

describe('the axes', () => {
  const scene = { from: 0, to: 1_000, low: 0, high: 500, hasPrices: true } as Scene;
  const labels = (over: Partial<Scene>, reading?: Reading): readonly string[] => {
    const { ctx, calls } = noted();
    paintAxes(ctx, plot, palette, { ...scene, ...over }, { decimals: 0, time: PLAIN_TIME, now: 0, reading });
    return calls.flatMap((call) => /^fillText (\S+) .*$/.exec(call)?.[1] ?? []).filter((text) => !text.includes(':'));
  };

  it('name round prices, but for those that the tag of the last price or of the crosshair would half cover', () => {
    expect(labels({})).toEqual(['0', '100', '200', '300', '400', '500']);
    expect(labels({ head: { x: 900, p: 118, ends: false } })).toEqual(['0', '200', '300', '400', '500']);
    expect(labels({ head: { x: 900, p: 119, ends: false } })).toEqual(['0', '100', '200', '300', '400', '500']);
    const trade = { t: 500, p: 390, v: 1, flags: 0, epoch: 1, seq: 1 };
    const reading: Reading = { kind: 'trade', x: 500, p: 390, trade };
    expect(labels({ head: { x: 900, p: 101, ends: false } }, reading)).toEqual(['0', '200', '300', '500']);
  });

  it('name no prices where there are none', () => {
    expect(labels({ hasPrices: false })).toEqual([]);
  });

  it('name times, but for those at the left end and under the crosshair’s tag', () => {
    const times = (reading?: Reading): readonly number[] => {
      const { ctx, calls } = noted();
      // Ten seconds; a mark each.
      const seconds = { ...scene, to: 10_000 };
      const wide = { ...plot, at: (x: number) => x / 10 };
      paintAxes(ctx, wide, palette, seconds, { decimals: 0, time: PLAIN_TIME, now: 20_000, reading });
      return calls.flatMap((call) => {
        const x = /^fillText \S*:\S* (\S+) /.exec(call)?.[1];
        return x === undefined ? [] : [Number(x)];
      });
    };
    expect(times()).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    const reading: Reading = { kind: 'gap', x: 5_500, gap: { from: 5_000, to: 6_000, label: '' } };
    expect(times(reading)).toEqual([100, 200, 300, 400, 700, 800, 900, 1_000]);
  });
});
