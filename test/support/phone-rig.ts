import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PhoneSide, phoneSideOf } from './phone.ts';
import { later, type Rig, startRig } from './rig.ts';
import { startTickcast, type Tickcast } from './server.ts';

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tickcast-test-'));
  later(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A server for phones that has the simulator for Finnhub. */
export interface PhoneRig extends Rig {
  readonly phone: PhoneSide;
  readonly dataDir: string;
}

/** Starts both until the end of the test; one shard, and the one for phones. */
export async function startPhone(
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<PhoneRig> {
  const dataDir = temporaryDir();
  const rig = await startRig({}, { dataDir, flags: ['--phone', '--phone-port', '0', '--shards', '1', ...flags], env });
  return { ...rig, dataDir, phone: await phoneSideOf(rig.tickcast, dataDir) };
}

/** A server for phones with the simulated feed, until `stop`. */
export interface PhoneServer {
  readonly tickcast: Tickcast;
  readonly phone: PhoneSide;
  readonly stop: () => Promise<void>;
}

export async function startPhoneServer(flags: readonly string[] = []): Promise<PhoneServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-test-'));
  const tickcast = await startTickcast({ dataDir, flags: ['--phone', '--phone-port', '0', '--shards', '1', ...flags] });
  return {
    tickcast,
    phone: await phoneSideOf(tickcast, dataDir),
    stop: async () => {
      await tickcast.kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
