import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { encodeFinnhubError, FINNHUB_PING, parseFinnhubRequest } from '../../protocol/finnhub.ts';
import type { Trade } from '../../protocol/trade.ts';
import { Connection, textOf } from './connection.ts';
import type { SimulatorFault } from './faults.ts';
import {
  MAX_REMEMBERED,
  MAX_TRADES_PER_MESSAGE,
  REPLAY_PAUSE_BYTES,
  REPLAY_TRADES_PER_MESSAGE,
  SHARED_KEY_DROP_MS,
  TICK_MS,
} from './limits.ts';
import { MALFORMED } from './malformed.ts';
import { Replay } from './replay.ts';
import { answerRequest } from './requests.ts';
import type { SimulatorSettings } from './settings.ts';
import { Tape } from './tape.ts';
import { distort, NO_TROUBLES, type Troubles, withFault } from './troubles.ts';

/** One subscribe or unsubscribe as it came in, at `at` (ms since 1970 UTC). */
export interface Received {
  readonly at: number;
  readonly connection: number;
  readonly type: 'subscribe' | 'unsubscribe';
  readonly symbol: string;
}

/** Every connection, and what goes out over them when. */
export class Hub {
  readonly tape: Tape;
  readonly received: Received[] = [];
  readonly #settings: SimulatorSettings;
  readonly #connections = new Set<Connection>();
  readonly #replay: Replay | undefined;
  readonly #lastReplayed = new Map<string, Trade>();
  readonly #timers: NodeJS.Timeout[];
  #troubles: Troubles = NO_TROUBLES;
  #dropTimer: NodeJS.Timeout | undefined;
  #pumping = false;
  #nextId = 1;

  constructor(settings: SimulatorSettings) {
    this.#settings = settings;
    this.tape = new Tape(settings, settings.now());
    this.#replay = settings.replay && new Replay(settings.replay);
    this.#timers = [
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => this.send(FINNHUB_PING), settings.pingMs),
    ];
    for (const fault of settings.faults) this.inject(fault);
  }

  get troubles(): Troubles {
    return this.#troubles;
  }

  /** The connections that are open and answer. */
  get connections(): readonly Connection[] {
    return [...this.#connections].filter((connection) => !connection.hung);
  }

  /** The last trade a replay sent of `symbol`. */
  lastReplayed(symbol: string): Trade | undefined {
    return this.#lastReplayed.get(symbol);
  }

  accept(key: string, socket: WebSocket, stream: Duplex): void {
    const connection = new Connection(this.#nextId, key, socket, stream);
    this.#nextId += 1;
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => this.#receive(connection, textOf(data)));
    if (this.#troubles.malformed) for (const message of MALFORMED) connection.send(message);
    if (this.#troubles.dropOnConnectMs !== undefined) {
      setTimeout(() => connection.drop(), this.#troubles.dropOnConnectMs).unref();
    }
    if (this.#settings.dropSharedKey) setTimeout(() => this.#dropShared(key), SHARED_KEY_DROP_MS).unref();
  }

  inject(fault: SimulatorFault): void {
    this.#troubles = withFault(this.#troubles, fault, this.#settings.now());
    switch (fault.type) {
      case 'drop-all':
        this.#dropAll();
        return;
      case 'hang-stream':
        for (const connection of this.#connections) connection.hang();
        return;
      case 'malformed':
        for (const message of MALFORMED) this.send(message);
        return;
      case 'drop-every':
        clearInterval(this.#dropTimer);
        this.#dropTimer = setInterval(() => this.#dropAll(), fault.ms);
        return;
      case 'clear':
        clearInterval(this.#dropTimer);
        for (const connection of this.#connections) if (connection.hung) connection.recover();
        return;
      default:
        return;
    }
  }

  send(data: string | Uint8Array, asText?: boolean): void {
    for (const connection of this.#connections) connection.send(data, asText);
  }

  sendBytes(bytes: Uint8Array): void {
    for (const connection of this.#connections) connection.sendBytes(bytes);
  }

  restartReplay(): void {
    this.#replay?.restart(this.#wanted(), this.#marketTime());
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearInterval(this.#dropTimer);
    this.#dropAll();
  }

  #dropAll(): void {
    for (const connection of this.#connections) connection.drop();
  }

  /** Finnhub allows one connection a key; with two, it drops both after a moment. */
  #dropShared(key: string): void {
    const sharing = this.connections.filter((connection) => connection.key === key);
    if (sharing.length > 1) for (const connection of sharing) connection.drop();
  }

  #receive(connection: Connection, text: string): void {
    const request = parseFinnhubRequest(text);
    const now = this.#settings.now();
    if ((request.type === 'subscribe' || request.type === 'unsubscribe') && this.received.length < MAX_REMEMBERED) {
      this.received.push({ at: now, connection: connection.id, type: request.type, symbol: request.symbol });
    }
    const answer = answerRequest(request, {
      subscribed: connection.symbols,
      cap: this.#troubles.cap ?? this.#settings.limit + this.#settings.capSlack,
      knows: (symbol) =>
        now >= (this.#troubles.invalid.get(symbol) ?? 0) &&
        (this.#replay?.has(symbol) === true || this.tape.model(symbol) !== undefined),
    });
    switch (answer.type) {
      case 'subscribe':
        connection.symbols.add(answer.symbol);
        this.#replay?.start(answer.symbol, this.#marketTime());
        return;
      case 'unsubscribe':
        connection.symbols.delete(answer.symbol);
        return;
      case 'error':
        connection.send(encodeFinnhubError(answer.msg));
        return;
      case 'nothing':
        return;
    }
  }

  /** The time up to which trades are sent: now, or earlier where they come late. */
  #marketTime(): number {
    return this.#settings.now() - this.#troubles.delayMs;
  }

  #wanted(): Set<string> {
    const wanted = new Set<string>();
    for (const connection of this.#connections) for (const symbol of connection.symbols) wanted.add(symbol);
    return wanted;
  }

  #tick(): void {
    const now = this.#marketTime();
    const wanted = this.#wanted();
    const replay = this.#replay;
    if (replay) for (const symbol of wanted) if (replay.has(symbol)) wanted.delete(symbol);
    // Taken from the tape and the recording even where nothing is sent: what a frozen Finnhub does not send is lost.
    const simulated = this.tape.due(now, wanted);
    const replayed = replay && !replay.unpaced ? replay.due(now, Number.POSITIVE_INFINITY) : [];
    if (this.#isSilent()) return;
    this.#deliver(simulated, MAX_TRADES_PER_MESSAGE);
    this.#deliverReplayed(replayed, MAX_TRADES_PER_MESSAGE);
    if (replay?.unpaced && replay.running && !this.#pumping) this.#pump(replay);
  }

  /** Sends as fast as the slowest socket takes it, without holding up the event loop. */
  #pump(replay: Replay): void {
    const blocked = this.connections.some((connection) => connection.bufferedBytes > REPLAY_PAUSE_BYTES);
    this.#pumping = replay.running && !blocked && !this.#isSilent();
    if (!this.#pumping) return;
    this.#deliverReplayed(replay.due(this.#marketTime(), REPLAY_TRADES_PER_MESSAGE), REPLAY_TRADES_PER_MESSAGE);
    setImmediate(() => this.#pump(replay));
  }

  #isSilent(): boolean {
    return this.#troubles.frozen || this.#troubles.closedMarket;
  }

  #deliverReplayed(trades: readonly Trade[], perMessage: number): void {
    for (const trade of trades) this.#lastReplayed.set(trade.symbol, trade);
    this.#deliver(trades, perMessage);
  }

  #deliver(trades: readonly Trade[], perMessage: number): void {
    if (trades.length === 0) return;
    for (const connection of this.#connections) {
      const own = trades.filter((trade) => connection.symbols.has(trade.symbol));
      for (let i = 0; i < own.length; i += perMessage) {
        connection.sendTrades(distort(own.slice(i, i + perMessage), this.#troubles));
      }
    }
  }
}
