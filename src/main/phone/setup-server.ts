import type { X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portError, type Wanted } from '../port.ts';
import { profileOf } from './profile.ts';
import { deviceOf, PATHS, setupPage, setupPolicy } from './setup-page.ts';

/** A phone asks a few times; whoever asks more, or slowly, is not one. */
const MAX_CONNECTIONS = 32;
const MAX_HEADER_BYTES = 8 * 1024;
const HEADERS_WITHIN_MS = 5_000;
const LOOK_FOR_SLOW_ONES_MS = 1_000;

/** What is served. */
export interface SetupContent {
  readonly certificate: X509Certificate;
  /** The name of the authority. */
  readonly name: string;
  /** The https URL of this server for who called it by `host` (of a `Host` header). */
  readonly phoneUrl: (host: string) => string;
}

export interface SetupServer {
  readonly port: number;
  readonly close: () => void;
}

/**
 * The one thing that is served without TLS: how to trust the authority, and the authority. It never holds a secret.
 * `content` is asked for at each request.
 */
export function startSetupServer(wanted: Wanted, content: () => SetupContent): Promise<SetupServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: HEADERS_WITHIN_MS,
      connectionsCheckingInterval: LOOK_FOR_SLOW_ONES_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => answer(request, response, content()),
  );
  server.maxConnections = MAX_CONNECTIONS;
  // Who has taken nothing of an answer for so long is let go, too.
  server.timeout = HEADERS_WITHIN_MS;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(wanted, error)));
    server.listen({ host: wanted.host, port: wanted.port, exclusive: true }, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : wanted.port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, content: SetupContent): void {
  const { certificate, name } = content;
  response.setHeader('Connection', 'close');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  if (request.method !== 'GET') {
    response.writeHead(405, { Allow: 'GET' }).end();
    return;
  }
  switch (request.url) {
    case PATHS.page: {
      const phoneUrl = content.phoneUrl(request.headers.host ?? '');
      const facts = { name, fingerprint: certificate.fingerprint256, phoneUrl };
      const headers = {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': setupPolicy(phoneUrl),
        Vary: 'User-Agent',
      };
      response.writeHead(200, headers).end(setupPage(facts, deviceOf(request.headers['user-agent'] ?? '')));
      return;
    }
    case PATHS.certificate:
      // DER: iOS and Android take both forms, some keystores only this one.
      response.writeHead(200, {
        'Content-Type': 'application/x-x509-ca-cert',
        'Content-Disposition': 'attachment; filename="tickcast-ca.crt"',
      });
      response.end(certificate.raw);
      return;
    case PATHS.profile:
      response.writeHead(200, { 'Content-Type': 'application/x-apple-aspen-config' });
      response.end(profileOf(name, certificate.raw));
      return;
    default:
      response.writeHead(404).end();
  }
}
