import { describe, expect, it } from 'vitest';
import type { TickcastClient } from '../support/clients.ts';
import { startRig, stopAfter } from '../support/rig.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

describe.each([1, 2])('one connection of 50 symbols, with %i shard(s)', (shards) => {
  const flags = ['--shards', String(shards)];

  it('carries 200 symbols, subscribed and left one after another, and refuses none', async () => {
    const rig = await startRig({ capSlack: 0 }, { flags });
    const client = await rig.finnhubClient();
    let most = 0;
    for (let i = 0; i < 200; i += 1) {
      client.subscribe(`SYM${i}`);
      if (i % 10 === 0) await until(`trades of SYM${i}`, () => client.tradesOf(`SYM${i}`).length > 0);
      client.unsubscribe(`SYM${i}`);
      most = Math.max(most, ...rig.simulator.subscriptions().map((symbols) => symbols.length));
    }
    await until('the last one is subscribed', () =>
      rig.simulator.received().some(({ type, symbol }) => type === 'subscribe' && symbol === 'SYM199'),
    );
    const asked = new Set(
      rig.simulator
        .received()
        .filter(({ type }) => type === 'subscribe')
        .map(({ symbol }) => symbol),
    );
    expect(asked.size).toBe(200);
    expect(mostHeld(rig.simulator.received())).toBeLessThanOrEqual(50);
    expect(most).toBeLessThanOrEqual(50);
    expect(client.errors).toEqual([]);
  });

  it('serves 50 of 60 clients on 60 symbols, tells the others their place, and serves each when one leaves', async () => {
    const rig = await startRig({}, { flags });
    const clients = await Promise.all(Array.from({ length: 60 }, () => rig.tickcastClient()));
    for (const [i, client] of clients.entries()) client.subscribe(`SYM${i}`);

    const answered = (client: TickcastClient): boolean =>
      client.of('subscribed').length > 0 || client.of('waiting').length > 0;
    await until('everybody is answered', () => clients.every(answered));
    const served = clients.filter((client) => client.of('subscribed').length > 0);
    const waiting = clients.filter((client) => client.of('subscribed').length === 0);
    expect(served.length).toBe(50);
    expect(waiting.map(placeOf).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const client of served) await until('trades', () => client.trades.length > 0);

    const inLine = [...waiting].sort((a, b) => placeOf(a) - placeOf(b));
    for (const [i, client] of inLine.entries()) {
      expect(placeOf(client), 'everybody has moved up').toBe(1);
      // Half of them say so, half just vanish.
      if (i % 2 === 0) served[i]?.ws.terminate();
      else served[i]?.unsubscribe(`SYM${clients.indexOf(served[i] as TickcastClient)}`);
      await until('the next in line is served', () => client.of('subscribed').length > 0);
      await until('and gets trades', () => client.trades.length > 0);
      const next = inLine[i + 1];
      if (next) await until('the others move up', () => placeOf(next) === 1);
    }
    expect(clients.flatMap((client) => client.faults)).toEqual([]);
    expect(mostHeld(rig.simulator.received())).toBeLessThanOrEqual(50);
  });
});

describe('at the cap', () => {
  it("gives a drop-in client Finnhub's error, and what is live to everybody", async () => {
    const rig = await startRig({}, { flags: ['--symbol-limit', '2'] });
    const holder = await rig.tickcastClient();
    holder.subscribe('A');
    holder.subscribe('B');
    await holder.subscribed('A');
    await holder.subscribed('B');

    const program = await rig.finnhubClient();
    program.subscribe('C');
    await until('the error', () => program.errors.length > 0);
    expect(program.errors).toEqual(['Subscribing to too many symbols']);
    program.subscribe('A');
    await until('trades of A', () => program.tradesOf('A').length > 0);
    expect(program.errors.length).toBe(1);
    expect(program.tradesOf('C')).toEqual([]);
  });

  it('refuses one connection more symbols than there are slots, by name', async () => {
    const rig = await startRig({}, { flags: ['--symbol-limit', '2'] });
    const client = await rig.tickcastClient();
    for (const symbol of ['A', 'B', 'C']) client.subscribe(symbol);
    await until('an error', () => client.of('error').length > 0);
    expect(client.of('error')).toMatchObject([{ code: 'too-many-subscriptions', symbol: 'C' }]);
  });

  it('learns a lower cap than was promised, keeps what trades, and lets the others wait', async () => {
    const rig = await startRig({ faults: [{ type: 'cap', limit: 3 }], pace: 5 });
    const client = await rig.tickcastClient();
    for (const symbol of ['A', 'B', 'C', 'D', 'E']) client.subscribe(symbol);
    await until('two of them wait', () => new Set(client.of('waiting').map(({ symbol }) => symbol)).size >= 2, 15_000);
    await until('the log says so', () => rig.tickcast.log.some(({ msg }) => msg.includes('fewer symbols')));
    const held = rig.simulator.subscriptions()[0] ?? [];
    expect(held.length).toBe(3);
    const before = client.trades.length;
    await until('the three go on', () => client.trades.length > before + 10);
    expect(client.faults).toEqual([]);

    rig.simulator.inject({ type: 'clear' });
    rig.simulator.inject({ type: 'drop-all' });
    await until('a new connection carries all five', () => rig.simulator.subscriptions()[0]?.length === 5, 15_000);
    for (const symbol of ['A', 'B', 'C', 'D', 'E']) {
      await until(`trades of ${symbol}`, () => client.tradesOf(symbol).length > 0);
    }
    expect(client.faults).toEqual([]);
  });

  it('tells the watchers of a symbol that Finnhub calls invalid, and gives its slot to the next', async () => {
    const rig = await startRig({ anySymbol: false }, { flags: ['--symbol-limit', '1'] });
    const client = await rig.tickcastClient();
    const program = await rig.finnhubClient();
    client.subscribe('NO SUCH SYMBOL');
    await until('the error', () => client.of('error').length > 0);
    // Finnhub's error may overtake the word that the symbol was asked for: then it is told before `subscribed` and again after it.
    const errors = client.of('error');
    expect(errors.length).toBeLessThanOrEqual(1 + client.of('subscribed').length);
    for (const error of errors) expect(error).toMatchObject({ code: 'unknown-symbol', symbol: 'NO SUCH SYMBOL' });
    program.subscribe('NO SUCH SYMBOL');
    await until('the error in Finnhub’s words', () => program.errors.length > 0);
    expect([...new Set(program.errors)]).toEqual(['Invalid symbol NO SUCH SYMBOL']);
    expect(program.errors.length).toBeLessThanOrEqual(2);

    const other = await rig.tickcastClient();
    other.subscribe('AAPL');
    await until('the slot is free', () => other.tradesOf('AAPL').length > 0);
  });

  it('counts a client that vanishes out at once, stray and repeated messages not at all', async () => {
    const rig = await startRig({}, { flags: ['--symbol-limit', '1'] });
    const first = await rig.tickcastClient();
    first.subscribe('A');
    first.subscribe('A');
    await first.subscribed('A');
    const second = await rig.tickcastClient();
    second.unsubscribe('A');
    second.unsubscribe('NEVER');
    second.subscribe('B');
    await until('waits', () => second.of('waiting', 'B').length > 0);
    await sleep(50);
    expect(second.of('subscribed')).toEqual([]);
    first.ws.terminate();
    await second.subscribed('B');
  });
});

function placeOf(client: TickcastClient): number {
  return client.of('waiting').at(-1)?.position ?? 0;
}

/** How many symbols were subscribed at most, by what the simulator received. */
function mostHeld(received: readonly { readonly type: string; readonly symbol: string }[]): number {
  const held = new Set<string>();
  let most = 0;
  for (const { type, symbol } of received) {
    if (type === 'subscribe') held.add(symbol);
    else held.delete(symbol);
    most = Math.max(most, held.size);
  }
  return most;
}
