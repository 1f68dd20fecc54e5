import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { Ring, type RingItem } from '../../src/workers/shard/ring.ts';

/** Of different lengths, and no two of the same bytes. */
const frame = (firstSeq: number, lastSeq: number): RingItem => ({
  kind: 'frame',
  firstSeq: asSeq(firstSeq),
  lastSeq: asSeq(lastSeq),
  bytes: Uint8Array.from({ length: 10 + (lastSeq % 5) }, (_, i) => firstSeq + 7 * lastSeq + i),
});
const epochItem = (epoch: number, id: number): RingItem => ({
  kind: 'epoch',
  epoch: asEpoch(epoch),
  id: asSymbolId(id),
  seq: asSeq(0),
});
const gap: RingItem = { kind: 'gap', gap: { cause: 'upstream', from: 1, to: 2 } };

function ringOf(maxBytes: number, ...items: readonly RingItem[]): Ring {
  const ring = new Ring(maxBytes, asEpoch(100), asSymbolId(7), asSeq(0));
  for (const item of items) ring.push(item);
  return ring;
}

/** What a client that resumes is sent. */
function replay(ring: Ring, epoch: number, seq: number): RingItem[] | string {
  const resume = ring.resume({ epoch, seq });
  if (!resume.ok) return resume.reason;
  const items: RingItem[] = [];
  for (let i = resume.next; i < ring.end; i += 1) {
    const item = ring.at(i);
    if (item) items.push(item);
  }
  return items;
}

describe('the ring of recent frames', () => {
  it('gives a client that is up to date nothing', () => {
    expect(replay(ringOf(10_000, frame(1, 3), frame(4, 5)), 100, 5)).toEqual([]);
  });

  it('gives what came after, and the frame a client is in the middle of', () => {
    const ring = ringOf(10_000, frame(1, 3), frame(4, 8), frame(9, 9));
    expect(replay(ring, 100, 3)).toEqual([frame(4, 8), frame(9, 9)]);
    expect(replay(ring, 100, 5)).toEqual([frame(4, 8), frame(9, 9)]);
    expect(replay(ring, 100, 8)).toEqual([frame(9, 9)]);
    expect(replay(ring, 100, 0)).toEqual([frame(1, 3), frame(4, 8), frame(9, 9)]);
  });

  it('knows where somebody goes on who has had every gap: at the first frame with something new', () => {
    const ring = ringOf(10_000, frame(1, 3), gap, frame(4, 8), frame(9, 9));
    const following = (seq: number, told?: number): RingItem[] => {
      const next = ring.after(seq, told) ?? Number.NaN;
      return Array.from({ length: ring.end - next }, (_, i) => ring.at(next + i)).filter((item) => item !== undefined);
    };
    expect(following(9)).toEqual([]);
    expect(following(8)).toEqual([frame(9, 9)]);
    expect(following(5)).toEqual([frame(4, 8), frame(9, 9)]);
    expect(following(3), 'the gap is told already').toEqual([frame(4, 8), frame(9, 9)]);
    ring.push(gap);
    expect(following(8, ring.end - 1), 'this one is not').toEqual([frame(9, 9), gap]);
    expect(following(9, ring.end - 1)).toEqual([gap]);
    expect(following(9)).toEqual([]);
  });

  it('knows that it does not know where, when it has forgotten something of it', () => {
    const ring = ringOf(300, frame(1, 3), frame(4, 8), frame(9, 9));
    expect(ring.at(ring.after(8) ?? 0)).toEqual(frame(9, 9));
    expect(ring.at(ring.after(3) ?? 0)).toEqual(frame(4, 8));
    expect(ring.after(2)).toBeUndefined();
  });

  it('tells the gap that lies right after what a client has', () => {
    expect(replay(ringOf(10_000, frame(1, 3), gap, frame(4, 4)), 100, 3)).toEqual([gap, frame(4, 4)]);
    expect(replay(ringOf(10_000, frame(1, 3), gap), 100, 3)).toEqual([gap]);
  });

  it('goes on into the next epoch', () => {
    const next = epochItem(200, 9);
    const ring = ringOf(10_000, frame(1, 3), gap, next, frame(1, 2));
    expect(replay(ring, 100, 3)).toEqual([gap, next, frame(1, 2)]);
    expect(replay(ring, 100, 1)).toEqual([frame(1, 3), gap, next, frame(1, 2)]);
    expect(replay(ring, 200, 0)).toEqual([frame(1, 2)]);
    expect(ring.resume({ epoch: 100, seq: 1 })).toMatchObject({ ok: true, id: 7 });
    expect(ring.resume({ epoch: 200, seq: 1 })).toMatchObject({ ok: true, id: 9 });
  });

  it('says what it cannot do: too old, ahead, or of another epoch', () => {
    const ring = ringOf(350, frame(1, 3), frame(4, 5), frame(6, 6), frame(7, 8));
    expect(replay(ring, 100, 0)).toBe('too-old');
    expect(replay(ring, 100, 9)).toBe('ahead');
    expect(replay(ring, 99, 1)).toBe('other-epoch');
  });

  it('knows nothing from before it began', () => {
    const ring = new Ring(1000, asEpoch(100), asSymbolId(7), asSeq(50));
    ring.push(frame(51, 52));
    expect(replay(ring, 100, 49)).toBe('too-old');
    expect(replay(ring, 100, 50)).toEqual([frame(51, 52)]);
  });

  it('keeps positions while the oldest items are dropped', () => {
    const ring = ringOf(350, frame(1, 1));
    const resume = ring.resume({ epoch: 100, seq: 1 });
    for (let seq = 2; seq < 20; seq += 1) ring.push(frame(seq, seq));
    expect(resume.ok && ring.at(resume.next), 'what a slow replay wanted is gone').toBeUndefined();
    expect(ring.at(ring.end - 1)).toEqual(frame(19, 19));
  });

  it('keeps the bytes of every frame that it has, while its memory goes round', () => {
    const ring = ringOf(4_000);
    for (let seq = 1; seq <= 2_000; seq += 1) {
      ring.push(frame(seq, seq));
      if (seq % 97 === 0) ring.push(gap);
      if (seq % 10 > 0) continue;
      for (const [i, item] of (replay(ring, 100, seq - 9) as RingItem[]).entries()) {
        if (item.kind === 'frame') expect(item, `${i} of ${seq}`).toEqual(frame(item.firstSeq, item.firstSeq));
      }
    }
    expect(ring.oldest.seq).toBeGreaterThan(1_900);
  });

  it('never gives a client a hole or a lie, whatever came and however much was dropped', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('frame' as const), trades: fc.integer({ min: 1, max: 5 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 150, max: 5_000 }), (steps, maxBytes) => {
        const ring = new Ring(maxBytes, asEpoch(1), asSymbolId(1), asSeq(0));
        let epoch = 1;
        let seq = 0;
        const ends = new Map<number, number>([[1, 0]]);
        for (const each of steps) {
          if (each.kind === 'frame') {
            ring.push(frame(seq + 1, seq + each.trades));
            seq += each.trades;
          } else if (each.kind === 'gap') {
            ring.push(gap);
          } else {
            epoch += 1;
            seq = 0;
            ring.push(gap);
            ring.push(epochItem(epoch, epoch));
          }
          ends.set(epoch, seq);
        }
        for (const [from, end] of ends) {
          expect(replay(ring, from, end + 1)).toBeTypeOf('string');
          for (let since = end % 7; since <= end; since += 7)
            verifyReplay(replay(ring, from, since), from, since, ends);
        }
      }),
    );
  });
});

/** A replay is refused, or brings a client without a hole from `since` to the end of the last epoch. */
function verifyReplay(
  items: RingItem[] | string,
  from: number,
  since: number,
  ends: ReadonlyMap<number, number>,
): void {
  if (typeof items === 'string') {
    expect(['too-old', 'other-epoch']).toContain(items);
    return;
  }
  let epoch = from;
  let have = since;
  for (const item of items) {
    if (item.kind === 'epoch') {
      expect(have, 'an epoch is left at its end').toBe(ends.get(epoch));
      expect(item.epoch).toBe(epoch + 1);
      epoch = item.epoch;
      have = item.seq;
    } else if (item.kind === 'frame') {
      expect(item.firstSeq).toBeLessThanOrEqual(have + 1);
      expect(item.lastSeq).toBeGreaterThan(have);
      expect(item).toEqual(frame(item.firstSeq, item.lastSeq));
      have = item.lastSeq;
    }
  }
  expect(epoch).toBe(Math.max(...ends.keys()));
  expect(have).toBe(ends.get(epoch));
}
