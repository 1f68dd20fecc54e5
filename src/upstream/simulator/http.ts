import type { IncomingMessage, ServerResponse } from 'node:http';
import { ensureNever } from '../../protocol/brand.ts';
import { isJsonObject, parseJson } from '../../protocol/json.ts';
import { CallBudget } from './calls.ts';
import { decodeFault } from './faults.ts';
import { isKey } from './handshake.ts';
import type { Hub } from './hub.ts';
import { MAX_CONTROL_BYTES } from './limits.ts';
import { answerCall } from './rest.ts';
import type { SimulatorSettings } from './settings.ts';

const API = '/api/v1';
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Answers everything that is not a WebSocket: Finnhub's REST calls, and `/control`. */
export function createHandler(
  hub: Hub,
  settings: SimulatorSettings,
): (req: IncomingMessage, res: ServerResponse) => void {
  const budgets = new Map<string, CallBudget>();
  const budgetOf = (key: string): CallBudget => {
    let budget = budgets.get(key);
    if (!budget) {
      budget = new CallBudget(settings.callsAMinute, settings.callsASecond);
      budgets.set(key, budget);
    }
    return budget;
  };

  return (req, res) => {
    const url = URL.parse(req.url ?? '', 'http://simulator');
    if (url?.pathname === '/control' && settings.control) {
      control(hub, req, res);
      return;
    }
    if (!url?.pathname.startsWith(API) || req.method !== 'GET') {
      reply(res, 404, { error: 'There is no such call.' });
      return;
    }
    const token = url.searchParams.get('token') ?? headerOf(req, 'x-finnhub-token');
    const now = settings.now();
    const answer = answerCall(url.pathname.slice(API.length), url.searchParams, {
      troubles: hub.troubles,
      now,
      authorized: isKey(token, settings.keys),
      withinBudget: () => budgetOf(token ?? '').take(now),
      stocks: settings.stocks,
      model: (symbol) => hub.tape.model(symbol),
      lastReplayed: (symbol) => hub.lastReplayed(symbol),
    });
    if (answer !== 'hang') reply(res, answer.status, answer.body);
  };
}

function headerOf(req: IncomingMessage, name: string): string | null {
  const value = req.headers[name];
  return typeof value === 'string' ? value : null;
}

/**
 * `GET /control` tells the state; `POST /control` takes a fault, or `{"type":"replay"}` to start the recording over. Only
 * for programs on this machine, and by its content type not for a web page in a browser on it (it would need CORS).
 */
function control(hub: Hub, req: IncomingMessage, res: ServerResponse): void {
  if (!LOOPBACK.has(req.socket.remoteAddress ?? '')) {
    reply(res, 403, { error: 'Control is for this machine only.' });
    return;
  }
  if (req.method === 'GET') {
    reply(res, 200, stateOf(hub));
    return;
  }
  if (req.method !== 'POST' || req.headers['content-type']?.startsWith('application/json') !== true) {
    reply(res, 415, { error: 'POST a fault as application/json.' });
    return;
  }
  readBody(req).then(
    (text) => {
      const command = decodeCommand(text);
      switch (command.type) {
        case 'bad':
          reply(res, 400, { error: command.reason });
          return;
        case 'replay':
          hub.restartReplay();
          break;
        case 'fault':
          hub.inject(command.fault);
          break;
        default:
          ensureNever(command);
      }
      reply(res, 200, stateOf(hub));
    },
    (reason: Error) => reply(res, 400, { error: reason.message }),
  );
}

type Command =
  | { readonly type: 'fault'; readonly fault: Parameters<Hub['inject']>[0] }
  | { readonly type: 'replay' }
  | { readonly type: 'bad'; readonly reason: string };

function decodeCommand(text: string): Command {
  const value = parseJson(text);
  if (isJsonObject(value) && value.type === 'replay') return { type: 'replay' };
  const decoded = decodeFault(value);
  return decoded.ok ? { type: 'fault', fault: decoded.fault } : { type: 'bad', reason: decoded.reason };
}

function stateOf(hub: Hub): unknown {
  const { troubles } = hub;
  return {
    connections: hub.connections.map(({ id, symbols }) => ({ id, symbols: [...symbols] })),
    troubles: { ...troubles, invalid: [...troubles.invalid.keys()] },
  };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_CONTROL_BYTES) throw new Error('The fault is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reply(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  res.end(text);
}
