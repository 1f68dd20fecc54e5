import { describe, expect, it } from 'vitest';
import { formatMinute } from '../../pwa/chart/formats.ts';
import { connectionWords, type Situation } from '../../pwa/feed/words.ts';
import type { UpstreamStatus } from '../../src/protocol/wire.ts';

const NOW = Date.UTC(2026, 2, 4, 13, 2);

const calm: Situation = {
  link: { phase: 'open', failures: 0, since: 0, heardAt: 0 },
  online: true,
  feed: 'finnhub',
  upstream: { upstream: 'live', since: NOW },
  place: { state: 'served' },
  asOf: undefined,
  marketClosed: false,
  now: NOW,
  serverNow: NOW,
};

const text = (over: Partial<Situation>): string => connectionWords({ ...calm, ...over }).text;
const upstream = (over: Partial<UpstreamStatus>): string =>
  text({ upstream: { upstream: 'live', since: NOW, ...over } });

describe('the state in words', () => {
  it('says Live only when everything is', () => {
    expect(connectionWords(calm)).toEqual({ tone: 'good', text: 'Live' });
    expect(text({ place: { state: 'asking' } })).toBe('Connecting…');
    expect(text({ upstream: undefined })).toBe('Connecting…');
  });

  it('counts down to the next attempt', () => {
    const paused = { phase: 'paused', failures: 1, until: NOW + 2100, cause: 'lost' } as const;
    expect(text({ link: paused })).toBe('Reconnecting in 3 s');
    expect(text({ link: { ...paused, until: NOW } })).toBe('Reconnecting…');
    expect(text({ link: { ...paused, cause: 'restart' } })).toBe('Server restarts, reconnecting in 3 s');
    expect(text({ link: { ...paused, cause: 'full' } })).toBe('Server is full, trying again in 3 s');
    expect(text({ link: paused, online: false })).toBe('Offline');
  });

  it('tells a first connection from a repeated one', () => {
    expect(text({ link: { phase: 'connecting', failures: 0, since: NOW } })).toBe('Connecting…');
    expect(text({ link: { phase: 'connecting', failures: 1, since: NOW } })).toBe('Reconnecting…');
    expect(text({ link: { phase: 'locked' } })).toBe('Access token needed');
  });

  it('does not trust the browser about the network while the connection is open', () => {
    expect(text({ online: false })).toBe('Live');
  });

  it('says what is wrong at Finnhub', () => {
    expect(upstream({ upstream: 'unauthorized' })).toBe('Finnhub refuses the API key');
    expect(upstream({ upstream: 'connecting' })).toBe('Connecting to Finnhub…');
    expect(upstream({ upstream: 'connecting', retryAt: NOW + 5000 })).toBe('Finnhub unreachable, retrying in 5 s');
    expect(upstream({ upstream: 'connecting', reason: 'key-in-use', retryAt: NOW + 5000 })).toBe(
      'Another program is probably using this key',
    );
    expect(upstream({ upstream: 'stale', since: NOW - 60_000 })).toBe(
      `Data is stale since ${formatMinute(NOW - 60_000)}`,
    );
    expect(upstream({ delayMs: 12_300 })).toBe('Delayed 12 s');
    expect(upstream({ delayMs: 240_000 })).toBe('Delayed 4 min');
  });

  it('names the simulated feed when it is that', () => {
    expect(text({ feed: 'simulated', upstream: { upstream: 'connecting', since: NOW } })).toBe(
      'Connecting to the simulated feed…',
    );
  });

  it('says where the chosen symbol stands', () => {
    const waiting = (position: number): string => text({ place: { state: 'waiting', position } });
    expect([1, 2, 3, 4, 11, 22].map(waiting)).toEqual(
      ['1st', '2nd', '3rd', '4th', '11th', '22nd'].map((place) => `Waiting for a slot: ${place} in line`),
    );
    expect(text({ place: { state: 'refused', code: 'unknown-symbol' } })).toBe('Not available');
    expect(text({ marketClosed: true })).toBe('Market closed');
    expect(text({ marketClosed: true, place: { state: 'asking' } })).toBe('Connecting…');
    expect(upstream({ upstream: 'closed' })).toBe('Market closed');
  });
});
