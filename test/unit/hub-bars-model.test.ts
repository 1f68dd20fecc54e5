import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rate } from '../../src/protocol/wire.ts';
import { REPLAY_PAUSE_BYTES } from '../../src/workers/shard/limits.ts';
import { Scene } from '../support/bars-scene.ts';

describe('whatever happens to clients of every rate', () => {
  const rate = fc.constantFrom<Rate>('full', '4hz', '1hz');
  const reader = fc.nat(3);
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('trade'), count: fc.integer({ min: 1, max: 20 }), ms: fc.nat(200) }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.nat(1_500) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass-on') }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('gap', 'close', 'open', 'restart', 'overrun', 'overrun-close') }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('rate'), reader, rate }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('leave', 'fill', 'drain', 'lag'), reader, rate }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('since'), reader, rate }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  function take(scene: Scene, each: Step): void {
    const { upstream } = scene;
    const one = 'reader' in each ? scene.readers[each.reader] : undefined;
    switch (each.kind) {
      case 'trade':
        if (upstream.isOpen && 'count' in each) upstream.trade(each.count, Math.floor(each.ms / each.count));
        return;
      case 'wait':
        if ('ms' in each) upstream.wait(each.ms);
        return;
      case 'pass-on':
        scene.passOn();
        return;
      case 'gap':
        if (upstream.isOpen) upstream.gap();
        return;
      case 'close':
        if (upstream.isOpen) upstream.close();
        return;
      case 'open':
        if (!upstream.isOpen) upstream.open();
        return;
      case 'restart':
        scene.restartUpstream();
        return;
      case 'overrun':
        if (upstream.isOpen) upstream.overrun(() => upstream.trade(5, 10));
        return;
      case 'overrun-close':
        if (upstream.isOpen) upstream.overrun(() => upstream.close());
        return;
      case 'rate':
        if ('rate' in each) one?.subscribe(each.rate);
        return;
      case 'since':
      case 'leave':
        // It comes back with what it has; one that lags is told where it is.
        if (one?.client.laggingSince !== undefined) return;
        if (each.kind === 'leave') one?.unsubscribe();
        one?.read();
        if ('rate' in each) one?.subscribe(each.rate, one.at);
        return;
      case 'fill':
        if (one && one.socket.buffered === 0) one.socket.buffered = REPLAY_PAUSE_BYTES + 1;
        return;
      case 'drain':
        one?.drain();
        return;
      case 'lag':
        one?.lag();
    }
  }

  it('every trade comes once to every client, as such or in a bar, and every gap in its place', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const scene = new Scene();
        for (const each of ['full', '4hz', '1hz', '1hz'] as const) scene.reader(each);
        for (const each of steps) take(scene, each);

        if (!scene.upstream.isOpen) scene.upstream.open();
        scene.passOn();
        for (const each of scene.readers) each.drain();
        scene.upstream.trade(3, 10);
        scene.upstream.wait(3_000);
        const { epoch, seq } = scene.upstream;
        for (const each of scene.readers) {
          each.drain();
          each.read();
          expect(each.at).toEqual({ epoch, seq });
          // Who was never sent on to the present, but when it came, was told every gap: some right at its `since` twice.
          if (each.jumps > 1) continue;
          const told = new Set(each.gaps.map(({ from }) => from));
          for (const gap of scene.upstream.gaps) expect(told).toContain(gap.from);
        }
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});
