import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Listener } from '../../protocol/threads.ts';
import type { Log } from '../../runtime/log.ts';
import { PortError, portError, probePort, type Wanted } from '../port.ts';
import { isToken, type Settings } from '../settings.ts';
import { type HostNames, hostNames, inUrl } from './host-names.ts';
import { type Kept, keepCertificates, keepToken } from './keep.ts';
import { type SetupServer, startSetupServer } from './setup-server.ts';
import { logText, type PhoneFacts, problemOf, terminalText } from './words.ts';

/** A port of the phone's cannot be listened on. */
export class PhonePortError extends PortError {}

/** Random bytes of a token: nobody guesses them, and the code to scan stays small. */
const TOKEN_BYTES = 24;

/** Everything that `--phone` adds but the shard itself. */
export interface Phone {
  /** Of the one shard more. */
  readonly listener: Listener;
  /** Says how a phone gets in, once the shard serves. */
  readonly announce: () => void;
  readonly close: () => void;
}

/**
 * Makes ready what phones need: certificates, a token, two ports, and the page that tells how to trust the authority.
 * `taken`: the port of the other listener, which is not open yet.
 */
export async function openPhone(settings: Settings, dataDir: string, taken: number, log: Log): Promise<Phone> {
  const dir = join(dataDir, 'phone');
  const host = hostNames(hostname(), networkInterfaces());
  const now = Date.now();
  const kept = await keepCertificates(dir, hostname().split('.', 1).join() || 'here', host, now);
  const { token, tokenPlace } = tokenFor(settings, dir);
  const anyHost = await listenHost();
  let setup: SetupServer | undefined;
  try {
    const setupPort = settings.phonePort === 0 ? 0 : settings.phonePort + 1;
    const port = { value: 0 };
    const name = kept.authority.certificate.subject.replace(/^CN=/, '');
    const { certificate } = kept.authority;
    const content = { certificate, name, phoneUrl: (host: string) => phoneUrlFor(host, kept.served, port.value) };
    // First, since it keeps its port from now on: the other one cannot be the same then.
    setup = await startSetup({ name: 'PHONE_PORT + 1', host: anyHost, port: setupPort }, () => content, taken);
    port.value = await freePort({ name: 'PHONE_PORT', host: anyHost, port: settings.phonePort }, taken);
    return phoneOf(settings, { kept, token, tokenPlace, host, anyHost, port: port.value, setup, now, log });
  } catch (error) {
    setup?.close();
    if (error instanceof PortError) throw new PhonePortError(error.message);
    throw error;
  }
}

interface Parts {
  readonly kept: Kept;
  readonly token: string;
  readonly tokenPlace: string;
  readonly host: HostNames;
  readonly anyHost: string;
  readonly port: number;
  readonly setup: SetupServer;
  readonly now: number;
  readonly log: Log;
}

function phoneOf(settings: Settings, parts: Parts): Phone {
  const { kept, token, tokenPlace, host, anyHost, port, setup, log } = parts;
  const shown = primaryHost(kept.served);
  const named = kept.served.names.find((name) => name.endsWith('.local'));
  const facts: PhoneFacts = {
    setupUrl: `http://${inUrl(shown)}:${setup.port}`,
    phoneUrl: `https://${inUrl(shown)}:${port}`,
    namedUrl: named === undefined || named === shown ? undefined : `https://${named}:${port}`,
    fingerprint: kept.authority.certificate.fingerprint256,
    token,
    tokenPlace,
  };
  return {
    listener: {
      host: anyHost,
      port,
      tls: { certFile: kept.leafFile, keyFile: kept.leafFile },
      accessToken: token,
      allowedHosts: [...settings.allowedHosts, ...kept.served.names],
      // It would be taken for all ports of the name: for the plain page, and for what else this machine serves.
      isHttpsOnly: false,
      isHealthShared: true,
    },
    announce: () => {
      const problem = problemOf(host, kept.served, kept.authority.validity.from, parts.now);
      if (problem !== undefined) log.warn(problem);
      if (!process.stdout.isTTY) say(facts, log);
      // Nobody should scan codes that lead nowhere.
      else if (host.addresses.length > 0) process.stdout.write(terminalText(facts));
    },
    close: setup.close,
  };
}

/** Where no terminal is: a line of the log, or of its own where the log is to be quiet. */
function say(facts: PhoneFacts, log: Log): void {
  const { setupUrl, phoneUrl } = facts;
  if (log.isLevelEnabled('info')) log.info({ setupUrl, phoneUrl }, logText(facts));
  else process.stdout.write(`${logText(facts)}\n`);
}

function primaryHost({ names, addresses }: HostNames): string {
  return addresses[0] ?? names.find((name) => name.endsWith('.local')) ?? 'localhost';
}

/** The https URL by the name or address that the phone has used already, where the certificate is good for it. */
function phoneUrlFor(hostHeader: string, served: HostNames, port: number): string {
  const called = hostHeader
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  const isServed = served.names.includes(called) || served.addresses.includes(called);
  return `https://${inUrl(isServed ? called : primaryHost(served))}:${port}`;
}

function tokenFor({ accessToken }: Settings, dir: string): { readonly token: string; readonly tokenPlace: string } {
  if (accessToken !== undefined) return { token: accessToken, tokenPlace: 'ACCESS_TOKEN' };
  const { token, file } = keepToken(dir, () => randomBytes(TOKEN_BYTES).toString('base64url'), isToken);
  return { token, tokenPlace: file };
}

/** `::` takes IPv4 too, both in Node and in uWebSockets.js; but a machine may have no IPv6 at all. */
async function listenHost(): Promise<string> {
  try {
    await probePort({ name: 'PHONE_PORT', host: '::', port: 0 });
    return '::';
  } catch {
    return '0.0.0.0';
  }
}

async function freePort(wanted: Wanted, taken: number): Promise<number> {
  for (;;) {
    const port = await probePort(wanted);
    if (port !== taken) return port;
    refuseTaken(wanted);
  }
}

async function startSetup(
  wanted: Wanted,
  content: Parameters<typeof startSetupServer>[1],
  taken: number,
): Promise<SetupServer> {
  for (;;) {
    const server = await startSetupServer(wanted, content);
    if (server.port !== taken) return server;
    server.close();
    refuseTaken(wanted);
  }
}

/** A port that the system has picked may be tried again, one that was asked for may not. */
function refuseTaken(wanted: Wanted): void {
  if (wanted.port !== 0) throw portError(wanted, Object.assign(new Error('in use'), { code: 'EADDRINUSE' }));
}
