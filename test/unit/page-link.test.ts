import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../pwa/feed/backoff.ts';
import {
  CONNECT_TIMEOUT_MS,
  deadlineOf,
  HEALTHY_AFTER_MS,
  type Link,
  type LinkEvent,
  PROBE_TIMEOUT_MS,
  stepLink,
} from '../../pwa/feed/link.ts';
import { CLIENT_SILENCE_MS } from '../../src/protocol/wire.ts';

/** Steps through `events`, each `[what, when]`, always drawing the longest wait. */
function run(events: readonly (readonly [LinkEvent, number])[], from: Link = { phase: 'idle' }) {
  let link = from;
  let actions: readonly string[] = [];
  for (const [event, now] of events) ({ link, actions } = stepLink(link, event, now, 1));
  return { link, actions };
}

const start: LinkEvent = { type: 'start' };
const opened: LinkEvent = { type: 'opened' };
const heard: LinkEvent = { type: 'heard' };
const due: LinkEvent = { type: 'due' };
const back: LinkEvent = { type: 'back' };
const closed = (code: number): LinkEvent => ({ type: 'closed', code });

describe('the wait before reconnecting', () => {
  it('is anywhere between nothing and a bound that doubles up to 15 s', () => {
    expect(backoffMs(1, 0)).toBe(0);
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 1))).toEqual([2_000, 4_000, 8_000, 15_000]);
    expect(backoffMs(50, 1)).toBe(15_000);
  });
});

describe('the connection', () => {
  it('connects when started and is open once the socket is', () => {
    expect(run([[start, 0]]).actions).toEqual(['drop', 'connect']);
    expect(
      run([
        [start, 0],
        [opened, 10],
      ]).link,
    ).toMatchObject({ phase: 'open', failures: 0 });
  });

  it('waits longer after every attempt that fails', () => {
    const first = run([
      [start, 0],
      [closed(1006), 100],
    ]).link;
    expect(first).toEqual({ phase: 'paused', failures: 1, until: 2_100, cause: 'lost' });
    const second = run(
      [
        [due, 2_100],
        [closed(1006), 2_200],
      ],
      first,
    ).link;
    expect(second).toEqual({ phase: 'paused', failures: 2, until: 6_200, cause: 'lost' });
  });

  it('counts anew after a connection that held, but not after one that was dropped at once', () => {
    const flapping: Link = { phase: 'connecting', failures: 6, since: 0 };
    expect(
      run(
        [
          [opened, 0],
          [closed(1006), HEALTHY_AFTER_MS - 1],
        ],
        flapping,
      ).link,
    ).toMatchObject({ failures: 7 });
    expect(
      run(
        [
          [opened, 0],
          [closed(1006), HEALTHY_AFTER_MS],
        ],
        flapping,
      ).link,
    ).toMatchObject({ failures: 1 });
  });

  it('does not try before the wait is over, however early the timer fires', () => {
    const paused = run([
      [start, 0],
      [closed(1006), 0],
    ]).link;
    expect(run([[due, 1_999]], paused)).toEqual({ link: paused, actions: [] });
    expect(run([[due, 2_000]], paused).actions).toEqual(['connect']);
  });

  it('gives up an attempt that hangs', () => {
    const hanging = run([[start, 0]]).link;
    expect(deadlineOf(hanging)).toBe(CONNECT_TIMEOUT_MS);
    expect(run([[due, CONNECT_TIMEOUT_MS]], hanging)).toMatchObject({ link: { phase: 'paused' }, actions: ['drop'] });
  });

  it('takes a silent connection for dead, and waits before the next: all of a server fall silent in the same moment', () => {
    const silent = run([
      [start, 0],
      [opened, 0],
      [heard, 5000],
    ]).link;
    expect(deadlineOf(silent)).toBe(5000 + CLIENT_SILENCE_MS);
    expect(run([[due, 5000 + CLIENT_SILENCE_MS - 1]], silent).actions).toEqual([]);
    const dead = run([[due, 5000 + CLIENT_SILENCE_MS]], silent);
    expect(dead.actions).toEqual(['drop']);
    expect(dead.link).toEqual({
      ...{ phase: 'paused', failures: 1, cause: 'lost' },
      until: 5000 + CLIENT_SILENCE_MS + backoffMs(1, 1),
    });
  });

  it('probes when the page comes back, and reconnects when nothing answers', () => {
    const open = run([
      [start, 0],
      [opened, 0],
    ]).link;
    const probed = run([[back, 1000]], open);
    expect(probed.actions).toEqual(['probe']);
    expect(run([[back, 1500]], probed.link).actions).toEqual([]);
    expect(run([[due, 1000 + PROBE_TIMEOUT_MS]], probed.link).actions).toEqual(['drop', 'connect']);
    expect(deadlineOf(run([[heard, 1200]], probed.link).link)).toBe(1200 + CLIENT_SILENCE_MS);
  });

  it('does not wait any longer when the page comes back', () => {
    expect(
      run([
        [start, 0],
        [closed(1006), 0],
        [back, 1],
      ]).actions,
    ).toEqual(['connect']);
  });

  it('tells a restarting server, a full one and a locked one apart', () => {
    expect(
      run([
        [start, 0],
        [opened, 0],
        [closed(1012), 10],
      ]).link,
    ).toMatchObject({ cause: 'restart' });
    expect(
      run([
        [start, 0],
        [opened, 0],
        [closed(1013), 10],
      ]).link,
    ).toMatchObject({ cause: 'full' });
    expect(
      run([
        [start, 0],
        [opened, 0],
        [closed(1008), 10],
      ]).link,
    ).toEqual({ phase: 'locked' });
    expect(
      run([
        [start, 0],
        [opened, 0],
        [{ type: 'refused' }, 10],
        [back, 20],
        [due, 30],
      ]).link,
    ).toEqual({
      phase: 'locked',
    });
  });
});
