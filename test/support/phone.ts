import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Agent as HttpsAgent, type RequestOptions, request } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Tickcast } from './server.ts';
import { until } from './until.ts';

/** The name a phone may call this machine by. */
export const LOCAL_NAME = `${hostname().split('.', 1).join().toLowerCase()}.local`;

/** A name that the authority may not vouch for. */
export const OUTSIDE_NAME = 'bank.example';

/** A running server's phone side, as it announced it. */
export interface PhoneSide {
  readonly port: number;
  readonly setupPort: number;
  /** The authority, PEM. */
  readonly ca: string;
  readonly token: string;
}

/** What a server started with `--phone` said in its log, and what it keeps in its data folder. */
export async function phoneSideOf(tickcast: Tickcast, dataDir: string): Promise<PhoneSide> {
  const line = await until('a phone announced', () => tickcast.log.find(({ phoneUrl }) => phoneUrl !== undefined));
  const portOf = (url: unknown): number => Number(new URL(String(url)).port);
  return {
    port: portOf(line.phoneUrl),
    setupPort: portOf(line.setupUrl),
    ca: certificateOf(join(dataDir, 'phone', 'authority.pem')),
    token: readFileSync(join(dataDir, 'phone', 'access-token'), 'utf8').trim(),
  };
}

/** The certificate of a PEM file that may hold a key as well. */
export function certificateOf(file: string): string {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(readFileSync(file, 'utf8'))?.[0];
  if (pem === undefined) throw new Error(`${file} holds no certificate`);
  return pem;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One https request to 127.0.0.1 as if it were `host`: the certificate is checked for that name. */
export function askHttps(
  { port, ca }: { readonly port: number; readonly ca: string },
  path: string,
  { host = LOCAL_NAME, ...options }: RequestOptions & { readonly host?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent: HttpsAgent | false = false;
    const headers = { Host: `${host}:${port}`, ...options.headers };
    const asked = request(
      { ...options, agent, host: '127.0.0.1', port, path, ca, servername: LOCAL_NAME, headers },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    asked.on('error', reject).end();
  });
}

/** Runs openssl; its standard output. */
export function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
