import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arbitraryText, everyReplacement, ODD_VALUES, SEED, VALID_FINNHUB, VALID_REQUESTS } from '../support/fuzz.ts';
import { BROKEN_FRAMES, CLIENT_BYTES, deep, HAND_PICKED, SPOILED, spoiled } from '../support/malformed.ts';
import { type Kind, Pest, vandalise } from '../support/pest.ts';
import { residentMb } from '../support/process.ts';
import { type Rig, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';
import { EPOCH_2023, WITNESSED, Witnesses } from '../support/witnesses.ts';

const CLIENT_MESSAGES = 55_000;
const UPSTREAM_MESSAGES = 45_000;
/** Below what a connection may send at once, so that every message is looked at. */
const MESSAGES_PER_CONNECTION = 900;
const MESSAGES_PER_ROUND = 300;
const PESTS_AT_ONCE = 6;
const RAW_CONNECTIONS = 1_000;
const RAW_AT_ONCE = 25;
const WARM_UP_MESSAGES = 5_000;
const FLOOD = 20_000;
const MEGABYTE = 1024 * 1024;
const MAX_GROWTH_MB = 60;

const KINDS: readonly Kind[] = ['tickcast', 'finnhub'];

stopAfter('all');

const REQUEST_TYPES = ['auth', 'subscribe', 'unsubscribe'];
const FINNHUB_TYPES = ['trade', 'ping', 'error'];

/** Whether a message cannot mean anything: a client is answered by exactly one error, of Finnhub's it is counted once. */
function isHopeless(text: string, types: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return true;
    return !types.includes(String(Reflect.get(value, 'type')));
  } catch {
    return true;
  }
}

const size = (text: string): number => Buffer.byteLength(text);
describe(`100,000 malformed messages (seed ${SEED}; FUZZ_SEED sets another)`, () => {
  let rig: Rig;
  let witnesses: Witnesses;
  let beating: NodeJS.Timeout;
  let before: number | undefined;
  const count = { client: 0, hopeless: 0, errors: 0, raw: 0, connections: 0, upstream: 0, skipped: 0 };

  beforeAll(async () => {
    rig = await startRig({ faults: [{ type: 'freeze' }] }, { flags: ['--shards', '1'] });
    witnesses = await Witnesses.call(rig);
    // The numbered stream goes on all the time, whatever else happens.
    beating = setInterval(() => witnesses.send(witnesses.next()), 2);
  });

  afterAll(() => {
    clearInterval(beating);
    console.log(
      `fuzz with seed ${SEED}: ${count.client} client messages on ${count.connections} connections ` +
        `(${count.hopeless} without any sense, ${count.errors} errors answered), ${count.raw} connections broken, ` +
        `${count.upstream} upstream messages (${count.skipped} without any sense), ${witnesses.sent.length} trades witnessed`,
    );
  });

  /** Sends `messages` over one connection, round by round; each that cannot mean anything must be answered. */
  async function pester(kind: Kind, messages: readonly (string | Uint8Array)[]): Promise<void> {
    const pest = await Pest.connect(rig.tickcast.wsUrl, kind);
    count.connections += 1;
    let hopeless = 0;
    for (let i = 0; i < messages.length; i += MESSAGES_PER_ROUND) {
      for (const message of messages.slice(i, i + MESSAGES_PER_ROUND)) {
        if (typeof message !== 'string' || isHopeless(message, REQUEST_TYPES)) hopeless += 1;
        pest.send(message);
      }
      await pest.settled();
    }
    expect(pest.isOpen).toBe(true);
    expect(pest.rateLimited).toBe(0);
    expect(pest.errors).toBeGreaterThanOrEqual(hopeless);
    count.client += messages.length;
    count.hopeless += hopeless;
    count.errors += pest.errors;
    await pest.leave();
  }

  /** Generated messages over as many connections as that takes. */
  async function pesterAll(total: number, seed: number): Promise<void> {
    const arbitrary = arbitraryText(VALID_REQUESTS);
    const batches = Math.ceil(total / MESSAGES_PER_CONNECTION);
    let batch = 0;
    await Promise.all(
      Array.from({ length: PESTS_AT_ONCE }, async () => {
        while (batch < batches) {
          batch += 1;
          const kind = KINDS[batch % 2] ?? 'tickcast';
          const messages = fc.sample(arbitrary, { seed: seed + batch, numRuns: MESSAGES_PER_CONNECTION });
          await pester(
            kind,
            messages.map((text) => (size(text) <= CLIENT_BYTES ? text : text.slice(0, CLIENT_BYTES / 4))),
          );
        }
      }),
    );
  }

  async function sendUpstream(messages: readonly (string | Uint8Array)[]): Promise<void> {
    for (const [i, message] of messages.entries()) {
      if (typeof message === 'string') rig.simulator.send(message);
      else rig.simulator.send(message, i % 2 === 0);
      if (typeof message !== 'string' || isHopeless(message, FINNHUB_TYPES)) count.skipped += 1;
      if (i % 50 === 0) witnesses.send(witnesses.next());
      if (i % 500 === 0) await witnesses.caughtUp();
    }
    count.upstream += messages.length;
    await witnesses.caughtUp();
  }

  it('from clients by hand: each gets its error, and the connection lives', { timeout: 60_000 }, async () => {
    const binary = [new Uint8Array(0), new Uint8Array([0, 255, 254]), Buffer.from(VALID_REQUESTS[0] ?? '')];
    const replaced = everyReplacement(VALID_REQUESTS);
    for (const kind of KINDS) {
      await pester(kind, [...HAND_PICKED, ...binary]);
      for (let i = 0; i < replaced.length; i += MESSAGES_PER_CONNECTION) {
        await pester(kind, replaced.slice(i, i + MESSAGES_PER_CONNECTION));
      }
    }
    await witnesses.testify();
  });

  it('from clients too long or not UTF-8: the connection closes', { timeout: 60_000 }, async () => {
    for (const kind of KINDS) {
      for (const message of ['x'.repeat(CLIENT_BYTES + 1), deep('[', ']', MEGABYTE), Buffer.alloc(MEGABYTE)]) {
        const pest = await Pest.connect(rig.tickcast.wsUrl, kind);
        pest.send(message);
        await pest.closed;
        count.client += 1;
      }
      for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
        const pest = await Pest.connect(rig.tickcast.wsUrl, kind);
        pest.send(Buffer.concat([Buffer.from('{"type":"'), Buffer.from(bytes), Buffer.from('"}')]), true);
        await pest.closed;
        count.client += 1;
      }
    }
    await witnesses.testify();
  });

  it('that are no frames at all, on TCP after the upgrade', { timeout: 60_000 }, async () => {
    const garbage = fc.sample(fc.uint8Array({ maxLength: 300 }), { seed: SEED, numRuns: RAW_CONNECTIONS });
    const all = [...BROKEN_FRAMES.flatMap((bytes) => [bytes, bytes, bytes, bytes]), ...garbage];
    let next = 0;
    let upgraded = 0;
    await Promise.all(
      Array.from({ length: RAW_AT_ONCE }, async () => {
        for (let i = next; i < all.length; i = next) {
          next += 1;
          if (await vandalise(rig.tickcast.port, KINDS[i % 2] ?? 'tickcast', all[i] ?? Buffer.alloc(0), i))
            upgraded += 1;
        }
      }),
    );
    count.raw += all.length;
    expect(upgraded).toBe(all.length);
    await witnesses.testify();
  });

  it('from upstream by hand: trades between broken ones count, broken ones do not', { timeout: 60_000 }, async () => {
    const message = (data: string): string => `{"data":${data},"type":"trade"}`;
    for (const [i, each] of SPOILED.entries()) {
      await sendUpstream([message(`[${each}]`), message(each), message(`{"0":${each},"length":1}`), `[${each}]`]);
      witnesses.send(witnesses.next(), [each, SPOILED[(i * 7) % SPOILED.length] ?? ''], [each]);
    }
    for (const not of ['NaN', 'Infinity', 'undefined', '01', '.5', "'1'"]) {
      await sendUpstream([message(`[${spoiled({ p: not })}]`), message(`[${spoiled({ t: not })}]`)]);
    }
    await sendUpstream([...everyReplacement(VALID_FINNHUB), ...ODD_VALUES]);
    await witnesses.testify();
  });

  it('from upstream in binary, not UTF-8, 1 MB long or deep: skipped', { timeout: 60_000 }, async () => {
    const text = (VALID_FINNHUB[0] ?? '').replace('AAPL', WITNESSED);
    await sendUpstream([
      'x'.repeat(MEGABYTE),
      `{"type":"trade","data":[${'x'.repeat(MEGABYTE)}]}`,
      `{"type":"trade","data":["${'x'.repeat(MEGABYTE)}"]}`,
      `{"type":"trade","data":[${'null,'.repeat(MEGABYTE / 5)}null]}`,
      `{"type":"${'x'.repeat(MEGABYTE)}"}`,
      `{"type":"error","msg":"${'x'.repeat(MEGABYTE)}"}`,
      `{"type":"error","msg":"Invalid symbol ${'x'.repeat(MEGABYTE)}"}`,
      deep('[', ']', MEGABYTE),
      deep('{"data":', '}', MEGABYTE),
      '['.repeat(MEGABYTE),
      '{"data":['.repeat(MEGABYTE / 9),
      `{"type":"trade","data":${deep('[', ']', MEGABYTE)}}`,
    ]);
    // A valid message, but in a binary frame: Finnhub sends none.
    rig.simulator.send(Buffer.from(text), false);
    const invalid = fc.sample(fc.uint8Array({ maxLength: 100 }), { seed: SEED, numRuns: 1_000 });
    await sendUpstream(invalid.filter((bytes) => !bytes.every((byte) => byte < 0x80)));
    await sendUpstream([Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')])]);
    await witnesses.testify();
  });

  it('from clients at random, over many connections', { timeout: 120_000 }, async () => {
    await pesterAll(WARM_UP_MESSAGES, SEED);
    await sendUpstream(fc.sample(arbitraryText(VALID_FINNHUB), { seed: SEED, numRuns: WARM_UP_MESSAGES }));
    // From here on, after the largest messages and some of everything, memory must not grow any more.
    before = residentMb(rig.tickcast.process.pid);
    await pesterAll(CLIENT_MESSAGES - count.client, SEED + 10_000);
    await witnesses.testify();
  });

  it('from a client faster than allowed: told so once in a while, and served again later', async () => {
    for (const kind of KINDS) {
      const pest = await Pest.connect(rig.tickcast.wsUrl, kind);
      for (let i = 0; i < FLOOD; i += 1) {
        pest.send('flood');
        if (i % 1_000 === 999) await pest.settled();
      }
      expect(pest.isOpen).toBe(true);
      expect(pest.rateLimited).toBeGreaterThan(0);
      expect(pest.answers).toBeLessThan(FLOOD / 2);
      const answered = pest.answers;
      await until('served again', async () => {
        pest.send('after the flood');
        await pest.settled();
        return pest.answers - pest.rateLimited > answered;
      });
      await pest.leave();
    }
    await witnesses.testify();
  });

  it('from upstream at random', { timeout: 120_000 }, async () => {
    const arbitrary = arbitraryText(VALID_FINNHUB);
    for (let i = 0; count.upstream < UPSTREAM_MESSAGES; i += 1) {
      await sendUpstream(fc.sample(arbitrary, { seed: SEED + 20_000 + i, numRuns: 1_000 }));
    }
    await witnesses.testify();
  });

  it('and trades out of order, three times, in the past and in the future, which are none: all of them count', async () => {
    for (const t of [1, EPOCH_2023 + 5, EPOCH_2023, Number.MAX_SAFE_INTEGER, 1, EPOCH_2023 - 1]) {
      const trade = { ...witnesses.next(), t };
      for (let i = 0; i < 3; i += 1) witnesses.send(trade);
    }
    for (const p of [Number.MIN_VALUE, Number.MAX_VALUE, 1e21, 1e-7]) witnesses.send({ ...witnesses.next(), p });
    for (const v of [0, Number.MIN_VALUE, Number.MAX_VALUE]) witnesses.send({ ...witnesses.next(), v });
    await witnesses.testify();
  });

  it('leave the server as it was: every worker alive, nothing dropped, nothing leaked', async () => {
    clearInterval(beating);
    expect(count.client + count.upstream).toBeGreaterThanOrEqual(100_000);
    expect(count.hopeless).toBeGreaterThan(CLIENT_MESSAGES / 2);
    await witnesses.testify();

    const { simulator, tickcast } = rig;
    expect(tickcast.log.filter(({ level }) => level >= 50)).toEqual([]);
    expect(tickcast.output()).not.toContain('worker ended');
    expect(tickcast.output()).not.toContain('keep up');
    // One connection, the first: all that was ever asked for was asked on it.
    expect(simulator.connections()).toBe(1);
    expect(new Set(simulator.received().map(({ connection }) => connection))).toEqual(new Set([1]));

    const status = await until('only the witnesses are left, and every trade is counted', async () => {
      const answer = await fetch(`${tickcast.url}/api/status`);
      const body = await answer.json();
      return body.connections === 2 && body.counts.trades >= witnesses.sent.length && body;
    });
    expect(status.counts.malformed).toBeGreaterThanOrEqual(count.skipped);
    expect(count.skipped).toBeGreaterThan(UPSTREAM_MESSAGES / 2);
    expect(status.status).toMatchObject({ upstream: expect.stringMatching(/^(?:live|stale|closed)$/) });
    expect(status.symbols).toContainEqual(expect.objectContaining({ symbol: WITNESSED, seq: witnesses.sent.length }));

    if (before === undefined) return;
    const limit = before + MAX_GROWTH_MB;
    // Memory is given back when the engine gets to it.
    const resident = (): number => residentMb(tickcast.process.pid) ?? 0;
    await until('memory is given back', () => resident() < limit, 15_000).catch(() => undefined);
    expect(resident()).toBeLessThan(limit);
  });
});

describe('bytes that are no frames from upstream', () => {
  it('end the connection; it is made again, and the witnesses go on without a hole', async () => {
    const rig = await startRig({ faults: [{ type: 'freeze' }] }, { flags: ['--shards', '1'] });
    const witnesses = await Witnesses.call(rig);
    const connectionOf = () => rig.simulator.received().at(-1)?.connection;
    const broken = [
      Buffer.alloc(64, 0xff),
      // Half a frame, and then the line is cut.
      Buffer.from([0x81, 0x7d, 0x7b]),
      // Longer than any message may be.
      Buffer.from([0x81, 0x7f, 0, 0, 0, 1, 0, 0, 0, 0]),
    ];
    for (const bytes of broken) {
      const connection = connectionOf();
      rig.simulator.sendBytes(bytes);
      if (bytes.length === 3) rig.simulator.inject({ type: 'drop-all' });
      await until('a new connection with the symbol', () => {
        const isBack = rig.simulator.subscriptions()[0]?.includes(WITNESSED);
        return connectionOf() !== connection && isBack;
      });
      witnesses.send(witnesses.next());
      await witnesses.caughtUp();
    }
    const { numbered, dropIn, sent } = witnesses;
    expect(dropIn.trades).toEqual(sent);
    expect(numbered.trades.map(({ seq, v }) => [seq, v])).toEqual(sent.map(({ v }, i) => [i + 1, v]));
    expect(numbered.faults).toEqual([]);
    expect(numbered.of('gap').filter(({ fromSeq }) => fromSeq !== 0)).toMatchObject(
      broken.map((_, i) => ({ cause: 'upstream', fromSeq: i + 1, toSeq: i + 2 })),
    );
    expect(rig.tickcast.output()).not.toContain('worker ended');
  });
});
