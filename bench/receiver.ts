// Many WebSocket clients in one process, far cheaper than any server: plain TCP sockets that share one buffer, frames cut
// by hand, trades counted without parsing. Usage: started by bench/fanout.ts.
import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '../src/protocol/wire.ts';
import { nowUs } from './lib/clock.ts';
import { countTrades, readHead } from './lib/counting.ts';
import {
  FrameReader,
  OPCODE_CLOSE,
  OPCODE_PING,
  OPCODE_TEXT,
  pongFrame,
  textFrame,
  upgradeRequest,
} from './lib/frames.ts';
import { answers, greeting, pathOf } from './lib/handshakes.ts';
import { sendTimes } from './lib/latency.ts';
import type { FromReceiver, ReceiverResult, ReceiverSetup, ToReceiver } from './lib/messages.ts';

const BUFFER_BYTES = 256 * 1024;
const buffer = Buffer.alloc(BUFFER_BYTES);
const HEAD_END = Buffer.from('\r\n\r\n');

interface Client {
  readonly socket: Socket;
  trades: number;
  /** The last number of each symbol, by id. */
  readonly seqs: Map<number, number>;
}

const clients: Client[] = [];
let setup: ReceiverSetup | undefined;
let frames = 0;
let bytes = 0;
let holes = 0;
let closed = 0;
let latenciesUs: number[] = [];
let measuring = false;
let beganUs = 0;
let cpuAtBegin = process.cpuUsage();

function tell(message: FromReceiver): void {
  process.send?.(message);
}

function open(options: ReceiverSetup): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: Buffer | undefined = Buffer.alloc(0);
    const receive = (chunk: Uint8Array): void => {
      if (measuring) bytes += chunk.length;
      if (!head) {
        reader.push(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      if (!head.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) {
        reject(new Error(`no WebSocket: ${head.toString('latin1', 0, end)}`));
        return;
      }
      const rest = head.subarray(end + HEAD_END.length);
      head = undefined;
      for (const text of greeting(options.framing, options.symbols)) socket.write(textFrame(text));
      reader.push(rest);
      resolve();
    };
    const socket = connect({
      port: options.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (size) => {
          receive(buffer.subarray(0, size));
          return true;
        },
      },
    });
    const client: Client = { socket, trades: 0, seqs: new Map() };
    const reader = new FrameReader((opcode, data, start, end) => onFrame(client, options, opcode, data, start, end));
    clients.push(client);
    socket.on('connect', () => {
      const { port, framing, symbols } = options;
      socket.write(upgradeRequest(port, pathOf(framing, symbols), framing === 'tickcast' ? SUBPROTOCOL : undefined));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      closed += 1;
    });
  });
}

function onFrame(
  client: Client,
  { framing, symbols, sampleEvery, clockOffset }: ReceiverSetup,
  opcode: number,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  if (opcode === OPCODE_PING) client.socket.write(pongFrame(data.slice(start, end)));
  else if (opcode === OPCODE_CLOSE) client.socket.end();
  if (opcode !== OPCODE_TEXT) return;
  const trades = countTrades(framing, data, start, end);
  if (trades === 0) {
    const text = Buffer.from(data.slice(start, end)).toString();
    for (const answer of answers(framing, symbols, text)) client.socket.write(textFrame(answer));
    return;
  }
  client.trades += trades;
  if (framing === 'tickcast') follow(client, data, start, trades);
  frames += 1;
  if (sampleEvery === 0 || !measuring || frames % sampleEvery !== 0) return;
  const now = nowUs(clockOffset);
  const text = Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('latin1');
  for (const sentUs of sendTimes(framing, text)) latenciesUs.push(Math.round(now - sentUs));
}

/** Checks that no number is missing or repeated. */
function follow(client: Client, data: Uint8Array, start: number, trades: number): void {
  const { id, seq } = readHead(data, start);
  const last = client.seqs.get(id);
  if (last !== undefined && seq !== last + 1) holes += 1;
  client.seqs.set(id, seq + trades - 1);
}

function begin(): void {
  frames = 0;
  bytes = 0;
  holes = 0;
  latenciesUs = [];
  for (const client of clients) client.trades = 0;
  measuring = true;
  beganUs = nowUs(0);
  cpuAtBegin = process.cpuUsage();
  poll();
}

/** Lets the sockets fill while it sleeps, so that one read takes many frames: what makes this cheap. */
function poll(): void {
  const pollMs = setup?.pollMs ?? 0;
  if (pollMs === 0 || !measuring) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  setImmediate(poll);
}

function result(): ReceiverResult {
  const { user, system } = process.cpuUsage(cpuAtBegin);
  const counts = clients.map((client) => client.trades);
  return {
    clients: clients.length,
    frames,
    bytes,
    trades: counts.reduce((sum, each) => sum + each, 0),
    fewest: Math.min(...counts),
    most: Math.max(...counts),
    holes,
    closed,
    latenciesUs,
    cpuShare: (user + system) / (nowUs(0) - beganUs),
  };
}

async function serve(message: ToReceiver): Promise<void> {
  switch (message.type) {
    case 'setup':
      setup = message.setup;
      return;
    case 'connect': {
      const options = setup;
      if (options) await Promise.all(Array.from({ length: message.count }, () => open(options)));
      tell({ type: 'connected' });
      return;
    }
    case 'begin':
      begin();
      tell({ type: 'begun' });
      return;
    case 'count':
      tell({ type: 'counted', trades: clients.reduce((sum, { trades }) => sum + trades, 0) });
      return;
    case 'end':
      measuring = false;
      tell({ type: 'result', result: result() });
  }
}

process.on('message', (message: ToReceiver) => void serve(message));
process.on('disconnect', () => process.exit());
