import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MALFORMED } from '../../src/upstream/simulator/malformed.ts';
import { dial, open, pause, refusedWith, simulate, soon } from '../support/simulated.ts';

describe('a bad day', () => {
  it('drops everyone at once, or each soon after the handshake', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    simulator.inject({ type: 'drop-all' });
    await soon(() => expect(client.closed).toBe(true));
    simulator.inject({ type: 'drop-on-connect', ms: 10 });
    for (let i = 0; i < 2; i += 1) {
      const again = await open(simulator);
      await soon(() => expect(again.closed).toBe(true));
    }
    simulator.inject({ type: 'clear' });
    const last = await open(simulator);
    await pause(50);
    expect(last.closed).toBe(false);
  });

  it('drops everyone again and again', async () => {
    const simulator = await simulate({ faults: [{ type: 'drop-every', ms: 60 }] });
    for (let i = 0; i < 2; i += 1) {
      const client = await open(simulator);
      await soon(() => expect(client.closed).toBe(true));
    }
  });

  it('never answers the handshake', async () => {
    const simulator = await simulate({ faults: [{ type: 'hang-handshake' }] });
    const client = dial(simulator);
    await pause(200);
    expect(client.socket.readyState).toBe(WebSocket.CONNECTING);
  });

  it.each([200, 401, 403, 429, 500, 502, 503])('answers the handshake with %i', async (status) => {
    const simulator = await simulate({ faults: [{ type: 'handshake-status', status }] });
    expect(await refusedWith(dial(simulator))).toBe(status);
  });

  it('goes silent on an open socket, without even a pong, while a new connection is well', async () => {
    const simulator = await simulate();
    const hung = await open(simulator);
    hung.subscribe('NVDA');
    await soon(() => expect(hung.trades.length).toBeGreaterThan(0));
    simulator.inject({ type: 'hang-stream' });
    await pause(60);
    const count = hung.texts.length;
    let ponged = false;
    hung.socket.once('pong', () => {
      ponged = true;
    });
    hung.socket.ping();
    const well = await open(simulator);
    well.subscribe('NVDA');
    await soon(() => expect(well.trades.length).toBeGreaterThan(0));
    expect([ponged, hung.closed, hung.texts.length, simulator.connections()]).toEqual([false, false, count, 1]);
    hung.socket.terminate();
    simulator.inject({ type: 'clear' });
    await pause(600);
    expect(well.closed).toBe(false);
  });

  it('freezes the data and goes on pinging', async () => {
    const simulator = await simulate({ pingMs: 20, faults: [{ type: 'freeze' }] });
    const client = await open(simulator);
    client.subscribe('NVDA');
    await pause(300);
    expect(client.trades).toEqual([]);
    expect(client.texts.length).toBeGreaterThan(2);
    simulator.inject({ type: 'clear' });
    await soon(() => expect(client.trades.length).toBeGreaterThan(0));
  });

  it('sends trades late with their old times', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    client.subscribe('NVDA');
    simulator.inject({ type: 'delay', ms: 400 });
    await pause(300);
    const early = client.trades.length;
    await soon(() => expect(client.trades.length).toBeGreaterThan(early + 3));
    const last = client.trades.at(-1);
    expect(Date.now() - (last?.t ?? 0)).toBeGreaterThanOrEqual(400);
  });

  it('calls a valid symbol invalid for a while', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    // From now on, however long the connection took.
    simulator.inject({ type: 'invalid-symbol', symbol: 'AAPL', ms: 1_500 });
    client.subscribe('AAPL');
    await soon(() => expect(client.errors).toEqual(['Invalid symbol AAPL']));
    await pause(1_510);
    client.subscribe('AAPL');
    await soon(() => expect(simulator.subscriptions()).toEqual([['AAPL']]));
  });

  it('triples trades and takes their codes away', async () => {
    const simulator = await simulate({ faults: [{ type: 'triple' }, { type: 'conditions', as: 'missing' }] });
    const client = await open(simulator);
    client.subscribe('AAPL');
    await soon(() => expect(client.trades.length).toBeGreaterThan(5));
    expect(client.trades.length % 3).toBe(0);
    expect(client.trades.slice(0, 3)).toEqual(Array(3).fill(client.trades[0]));
    expect(client.trades.every((trade) => trade.c === undefined)).toBe(true);
  });

  it('sends malformed messages, none of which ends the connection', async () => {
    const simulator = await simulate({ faults: [{ type: 'freeze' }] });
    const client = await open(simulator);
    simulator.inject({ type: 'malformed' });
    await soon(() => expect(client.texts).toHaveLength(MALFORMED.length));
    expect(client.trades.filter((trade) => trade.symbol === 'NOBODY:ASKED' && trade.p === 1)).toEqual([]);
    expect(client.closed).toBe(false);
  });

  it('sends raw messages and half frames on command', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    simulator.send('{"type":"ping"}');
    await soon(() => expect(client.messages).toEqual([{ type: 'ping' }]));
    simulator.sendBytes(new Uint8Array([0x81, 0x7d, 0x7b]));
    await pause(50);
    expect(client.closed).toBe(false);
    simulator.inject({ type: 'drop-all' });
    await soon(() => expect(client.closed).toBe(true));
  });
});
