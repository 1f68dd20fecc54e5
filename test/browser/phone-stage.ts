import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { LOCAL_NAME, OUTSIDE_NAME, type PhoneSide, phoneSideOf } from '../support/phone.ts';
import { startTickcast, type Tickcast, type TickcastArgs } from '../support/server.ts';
import { launchBrowser } from './browser.ts';

/** A server that phones can reach, and a browser that trusts it as a phone would: the page is a secure context. */
export interface PhoneStage {
  readonly tickcast: Tickcast;
  readonly dataDir: string;
  readonly phone: PhoneSide;
  /** `https://….local:port`; the browser finds that name, and OUTSIDE_NAME, at 127.0.0.1. */
  readonly url: string;
  /** The address of the second code: with the token in its fragment. */
  readonly openUrl: string;
  readonly browser: Browser;
  /** A browser that has not been told to trust the authority, as a phone has not at first. */
  readonly startStranger: () => Promise<Browser>;
  /** Starts the same server again, on the same ports and data. */
  readonly restart: () => Promise<Tickcast>;
  readonly close: () => Promise<void>;
}

export async function startPhoneStage(args: TickcastArgs = {}): Promise<PhoneStage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-phone-'));
  const homes: string[] = [];
  const serve = (phonePort: number, own: TickcastArgs = {}): Promise<Tickcast> =>
    startTickcast({
      ...args,
      ...own,
      dataDir,
      flags: ['--phone', '--phone-port', String(phonePort), ...(args.flags ?? [])],
    });
  let tickcast = await serve(0);
  const phone = await phoneSideOf(tickcast, dataDir);
  const launch = (prepare: (home: string) => void): Promise<Browser> => {
    const home = mkdtempSync(join(tmpdir(), 'tickcast-home-'));
    homes.push(home);
    prepare(home);
    return launchBrowser({
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config') },
      args: [`--host-resolver-rules=MAP ${LOCAL_NAME} 127.0.0.1, MAP ${OUTSIDE_NAME} 127.0.0.1`],
    });
  };
  const browser = await launch((home) => trust(home, phone.ca));
  const url = `https://${LOCAL_NAME}:${phone.port}`;
  return {
    get tickcast() {
      return tickcast;
    },
    dataDir,
    phone,
    url,
    openUrl: `${url}/#token=${phone.token}`,
    browser,
    startStranger: () => launch(() => undefined),
    restart: async () => {
      await tickcast.stop();
      tickcast = await serve(phone.port, { port: tickcast.port });
      return tickcast;
    },
    close: async () => {
      await browser.close();
      await tickcast.kill();
      for (const dir of [dataDir, ...homes]) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Adds the authority to the certificates that Chromium takes from its user's home (NSS), trusted for websites. */
function trust(home: string, ca: string): void {
  const database = join(home, '.pki', 'nssdb');
  mkdirSync(database, { recursive: true });
  const file = join(home, 'authority.pem');
  writeFileSync(file, ca);
  const certutil = (...options: readonly string[]): void => {
    execFileSync('certutil', ['-d', `sql:${database}`, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'tickcast', '-t', 'C,,', '-i', file);
}
