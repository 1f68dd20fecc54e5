import { afterAll, afterEach } from 'vitest';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import type { SimulatorSettings } from '../../src/upstream/simulator/settings.ts';
import { FinnhubClient, TickcastClient } from './clients.ts';
import { startTickcast, type Tickcast, type TickcastArgs } from './server.ts';

/** A simulator and a Tickcast that takes it for Finnhub. */
export interface Rig {
  readonly simulator: Simulator;
  readonly tickcast: Tickcast;
  tickcastClient(): Promise<TickcastClient>;
  finnhubClient(): Promise<FinnhubClient>;
}

const cleanups: (() => Promise<unknown>)[] = [];

async function cleanUp(): Promise<void> {
  for (const each of cleanups.splice(0).reverse()) await each();
}

/** To be called once at the top of a file: what its tests start is stopped after each, or with the last. */
export function stopAfter(when: 'each' | 'all'): void {
  if (when === 'each') afterEach(cleanUp);
  else afterAll(cleanUp);
}

export function later(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

/** Starts both; the key is one that the simulator accepts, so this is a real feed as far as Tickcast knows. */
export async function startRig(
  simulated: Partial<SimulatorSettings> = {},
  { flags = [], env = {}, ...rest }: TickcastArgs = {},
): Promise<Rig> {
  const simulator = await startSimulator({ anySymbol: true, ...simulated });
  later(() => simulator.close());
  const tickcast = await startTickcast({
    ...rest,
    flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl, ...flags],
    env: { FINNHUB_API_KEY: 'test-key', ...env },
  });
  later(() => tickcast.kill());
  return {
    simulator,
    tickcast,
    tickcastClient: async () => {
      const client = await TickcastClient.connect(tickcast.wsUrl);
      later(async () => client.ws.terminate());
      return client;
    },
    finnhubClient: async () => {
      const client = await FinnhubClient.connect(tickcast.wsUrl);
      later(async () => client.ws.terminate());
      return client;
    },
  };
}
