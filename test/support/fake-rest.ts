import { createServer, type ServerResponse } from 'node:http';
import { later } from './rig.ts';

/** What a call is answered with: a status and a body as it is, or nothing at all. */
export type RestReply = { readonly status: number; readonly text: string } | 'hang' | 'cut';

/** A server in the place of Finnhub's REST API that also says what the simulator never does. */
export interface FakeRest {
  readonly restUrl: string;
  /** Every call so far, with its query, oldest first. */
  readonly calls: readonly string[];
  /** Answers every call from now on. */
  answer(reply: (call: string) => RestReply): void;
}

export const json = (value: unknown, status = 200): RestReply => ({ status, text: JSON.stringify(value) });

export function startFakeRest(first: (call: string) => RestReply): Promise<FakeRest> {
  const calls: string[] = [];
  let reply = first;
  const server = createServer((req, res) => {
    const call = (req.url ?? '').replace(/^\/api\/v1/, '');
    calls.push(call);
    send(res, reply(call));
  });
  later(async () => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const answer = (next: (call: string) => RestReply): void => {
        reply = next;
      };
      resolve({ restUrl: `http://127.0.0.1:${port}/api/v1`, calls, answer });
    });
  });
}

function send(res: ServerResponse, reply: RestReply): void {
  if (reply === 'hang') return;
  if (reply === 'cut') {
    res.destroy();
    return;
  }
  res.writeHead(reply.status, { 'content-type': 'application/json' });
  res.end(reply.text);
}
