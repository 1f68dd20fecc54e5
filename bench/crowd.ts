// A crowd of WebSocket clients in one process, as cheap as they can be made, that are dropped, come back, and read slowly
// on request. Usage: started by bench/lib/crowds.ts.
import { nowUs, sleep } from './lib/clock.ts';
import { Member } from './lib/crowd-member.ts';
import type { CrowdResult, CrowdSetup, FromCrowd, SymbolResult, ToCrowd } from './lib/crowd-messages.ts';
import { sendTimes } from './lib/latency.ts';
import type { Contents } from './lib/tracker.ts';

const SHOWN_FAULTS = 5;
/** How often clients that sip do it. */
const SIP_MS = 50;

const members: Member[] = [];
const contents: Contents = new Map();
let setup: CrowdSetup | undefined;
let frames = 0;
let bytes = 0;
let latenciesUs: number[] = [];
let measuring = false;
let beganUs = 0;
let cpuAtBegin = process.cpuUsage();
const closed: number[] = [];
/** What a client does whose connection the server ends. */
let onCutOff: (member: Member) => void = () => undefined;
let sipping: NodeJS.Timeout | undefined;

function tell(message: FromCrowd): void {
  process.send?.(message);
}

function newMember(options: CrowdSetup, index: number): Member {
  const { symbols, each, sampleEvery, clockOffset } = options;
  const own = each === 'all' ? symbols : symbols.slice(index % symbols.length, (index % symbols.length) + 1);
  const now = (): number => nowUs(clockOffset);
  const member: Member = new Member({
    port: options.port,
    symbols: own,
    contents: options.isCompared ? contents : undefined,
    sipBytes: options.sipBytes === 0 ? undefined : options.sipBytes,
    now,
    onFrame: (trades, data, start, end) => {
      if (!measuring || trades === 0) return;
      frames += 1;
      bytes += end - start;
      if (sampleEvery === 0 || frames % sampleEvery !== 0) return;
      const at = now();
      const text = Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('latin1');
      for (const sentUs of sendTimes('tickcast', text)) latenciesUs.push(Math.round(at - sentUs));
    },
    onClosed: (code) => {
      closed.push(code ?? 0);
      onCutOff(member);
    },
  });
  return member;
}

async function connectMore(options: CrowdSetup, count: number, atOnce: number): Promise<number> {
  const from = members.length;
  for (let i = from; i < from + count; i += 1) members.push(newMember(options, i));
  const began = performance.now();
  let next = from;
  const line = async (): Promise<void> => {
    for (let member = members[next++]; member; member = members[next++]) {
      if (!(await member.connect())) throw new Error('a client could not connect');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return performance.now() - began;
}

/** Has every client come back by chance within the jitter after it was dropped, again and again until it is served. */
function drop(by: 'itself' | 'server', jitterMs: number, clockOffset: number): void {
  let attempts = 0;
  let away = members.length;
  let droppedUs = by === 'itself' ? nowUs(clockOffset) : undefined;
  const ms = (us: number | undefined): number => ((us ?? Number.NaN) - (droppedUs ?? 0)) / 1e3;
  const comeBack = async (member: Member): Promise<void> => {
    droppedUs ??= nowUs(clockOffset);
    do {
      await sleep(Math.random() * jitterMs);
      attempts += 1;
    } while (!(await member.connect()));
    await member.live();
    away -= 1;
    if (away !== 0) return;
    const subscribedMs = members.map(({ subscribedUs }) => ms(subscribedUs));
    tell({ type: 'resumed', resumed: { subscribedMs, liveMs: members.map(({ liveUs }) => ms(liveUs)), attempts } });
  };
  onCutOff = (member) => void comeBack(member);
  if (by === 'server') return;
  for (const member of members) member.drop();
  for (const member of members) void comeBack(member);
}

/** Has every client read so much a second. */
function sip(bytesPerSecond: number): void {
  let isTold = false;
  sipping = setInterval(() => {
    for (const member of members) member.sip((bytesPerSecond * SIP_MS) / 1e3);
    if (isTold || members.some(({ tracker }) => tracker.resets.length < tracker.positions.length)) return;
    isTold = true;
    tell({ type: 'caught-up' });
  }, SIP_MS);
}

function begin(): void {
  frames = 0;
  bytes = 0;
  latenciesUs = [];
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

function result(): CrowdResult {
  const { user, system } = process.cpuUsage(cpuAtBegin);
  const faults = members.flatMap(({ tracker }) => tracker.faults);
  return {
    clients: members.length,
    trades: members.reduce((sum, { tracker }) => sum + tracker.trades, 0),
    inexact: members.filter(({ tracker }) => tracker.positions.some((p) => p.trades !== p.seq - p.first)).length,
    faults: faults.slice(0, SHOWN_FAULTS),
    faultCount: faults.length,
    bySymbol: bySymbol(),
    resets: members.map(({ tracker }) => tracker.resets),
    closed,
    latenciesUs,
    bytes,
    cpuShare: (user + system) / (nowUs(0) - beganUs),
  };
}

function bySymbol(): SymbolResult[] {
  const results = new Map<string, SymbolResult>();
  for (const { tracker } of members) {
    for (const { symbol, seq } of tracker.positions) {
      const former = results.get(symbol) ?? { symbol, clients: 0, lowest: seq, highest: seq };
      const { clients, lowest, highest } = former;
      const now = { clients: clients + 1, lowest: Math.min(lowest, seq), highest: Math.max(highest, seq) };
      results.set(symbol, { symbol, ...now });
    }
  }
  return [...results.values()];
}

async function serve(message: ToCrowd): Promise<void> {
  if (message.type === 'setup') {
    setup = message.setup;
    return;
  }
  const options = setup;
  if (!options) throw new Error('not set up');
  switch (message.type) {
    case 'connect':
      tell({ type: 'connected', ms: await connectMore(options, message.count, message.atOnce) });
      return;
    case 'begin':
      begin();
      tell({ type: 'begun' });
      return;
    case 'end':
      measuring = false;
      clearInterval(sipping);
      tell({ type: 'result', result: result() });
      return;
    case 'drop':
      drop(message.by, message.jitterMs, options.clockOffset);
      return;
    case 'pause':
      for (const member of members) member.pause();
      tell({ type: 'paused' });
      return;
    case 'sip':
      sip(message.bytesPerSecond);
  }
}

process.on('message', (message: ToCrowd) => void serve(message));
process.on('disconnect', () => process.exit());
