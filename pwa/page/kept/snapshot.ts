import type { Interval } from '../../../src/protocol/candles.ts';
import { isCount, isFiniteNumber, isJsonObject } from '../../../src/protocol/json.ts';
import type { LastPrice, Since } from '../../../src/protocol/wire.ts';
import type { Break } from '../../chart/breaks.ts';
import type { Tape } from '../../chart/tape.ts';
import { decodeHistory, type History } from '../../history/answer.ts';
import { isAfter } from '../../history/series.ts';

/** Of every interval; of a chart that opens with 15 minutes of seconds, all of these. */
const MAX_CANDLES = 900;
const MAX_BREAKS = 200;
const INTERVALS_KEPT: readonly Interval[] = ['1s', '5s', '1m', '5m', '15m', '1h', '1d'];

/** What is kept of a symbol for when there is no server. */
export interface Snapshot {
  /** When it was taken by the server's clock, ms since 1970 UTC. */
  readonly at: number;
  readonly last: LastPrice | undefined;
  /** The last trade that is in it: the stream goes on after it. */
  readonly position: Since | undefined;
  readonly histories: readonly History[];
  readonly breaks: readonly Break[];
}

/** What `tape` has, whose stream has come to `position`; what has to be fetched again is left out. `undefined`: that is all. */
export function snapshotOf(tape: Tape, position: Since, at: number): Snapshot | undefined {
  const histories: History[] = [];
  for (const interval of INTERVALS_KEPT) {
    const series = tape.series(interval);
    if (!series || series.isStale) continue;
    const { candles, newest, through } = series;
    histories.push({
      interval,
      candles: candles.slice(-MAX_CANDLES),
      gaps: [],
      // It may have been fetched ahead of the stream.
      through: through && isAfter(through, position) ? through : position,
      tail: newest && { ...newest },
      recordingSince: tape.recordingSince,
    });
  }
  if (histories.length === 0) return undefined;
  return { at, last: tape.last && { ...tape.last }, position, histories, breaks: tape.breaks.slice(-MAX_BREAKS) };
}

/** Reads what was kept, by whatever version of the page; `undefined` where it is of no use. */
export function decodeSnapshot(value: unknown): Snapshot | undefined {
  if (!isJsonObject(value) || !isFiniteNumber(value.at) || !Array.isArray(value.histories)) return undefined;
  const histories: History[] = [];
  for (const item of value.histories as readonly unknown[]) {
    const history = decodeHistory(item);
    if (history) histories.push(history);
  }
  const { last, position } = value;
  const breaks = Array.isArray(value.breaks) ? (value.breaks as readonly unknown[]).filter(isBreak) : [];
  return {
    at: value.at,
    last: isJsonObject(last) && isFiniteNumber(last.t) && isFiniteNumber(last.p) ? { t: last.t, p: last.p } : undefined,
    position:
      isJsonObject(position) && isCount(position.epoch) && isCount(position.seq)
        ? { epoch: position.epoch, seq: position.seq }
        : undefined,
    histories,
    breaks,
  };
}

function isBreak(value: unknown): value is Break {
  return (
    isJsonObject(value) && isFiniteNumber(value.from) && isFiniteNumber(value.to) && typeof value.label === 'string'
  );
}

/** Puts what was kept onto a tape that has nothing yet; it stands still at that moment until something newer comes. */
export function restore(tape: Tape, { at, last, histories, breaks }: Snapshot): void {
  if (last) tape.setLast(last);
  for (const history of histories) if (!tape.series(history.interval)) tape.adopt(history, false, {});
  for (const { from, to, label } of breaks) tape.gap(from, to, label);
  tape.clock.stand(at);
}
