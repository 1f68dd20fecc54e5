import { type BarsFrame, decodeBars } from './bars.ts';
import { isErrorCode } from './errors.ts';
import { decodeFrame, type TradesFrame } from './frame.ts';
import { isCount, isFiniteNumber, isJsonObject, type JsonObject, parseJson } from './json.ts';
import {
  GAP_CAUSES,
  type LastPrice,
  RESET_REASONS,
  type ServerMessage,
  UPSTREAM_STATES,
  type UpstreamStatus,
} from './wire.ts';

/**
 * Reads one `tickcast.v1` frame of the server. `undefined` for what this version does not know, which a client skips, so
 * that a newer server can add messages.
 */
export function decodeServerFrame(text: string): ServerMessage | TradesFrame | BarsFrame | undefined {
  const value = parseJson(text);
  if (Array.isArray(value)) return decodeFrame(value) ?? decodeBars(value);
  return isJsonObject(value) ? decodeServerMessage(value) : undefined;
}

function decodeServerMessage(m: JsonObject): ServerMessage | undefined {
  const { type, symbol } = m;
  switch (type) {
    case 'hello': {
      const { version, feed, limit, time } = m;
      if (!isCount(version) || !isCount(limit) || !isCount(time)) return undefined;
      return feed === 'finnhub' || feed === 'simulated' ? { type, version, feed, limit, time } : undefined;
    }
    case 'subscribed': {
      const { id, epoch, seq, recovered } = m;
      if (typeof symbol !== 'string' || !isCount(id) || !isCount(epoch) || !isCount(seq)) return undefined;
      const last = decodeLast(m.last);
      return { type, symbol, id, epoch, seq, recovered: recovered === true, ...(last ? { last } : {}) };
    }
    case 'gap': {
      const { cause, from, to, fromSeq, toSeq } = m;
      const known = oneOf(GAP_CAUSES, cause);
      if (typeof symbol !== 'string' || !known || !isCount(from) || !isCount(to)) return undefined;
      return {
        type,
        symbol,
        cause: known,
        from,
        to,
        ...(isCount(fromSeq) ? { fromSeq } : {}),
        ...(isCount(toSeq) ? { toSeq } : {}),
      };
    }
    case 'reset': {
      const { epoch, seq } = m;
      const reason = oneOf(RESET_REASONS, m.reason);
      if (typeof symbol !== 'string' || !isCount(epoch) || !isCount(seq) || !reason) return undefined;
      return { type, symbol, epoch, seq, reason };
    }
    case 'waiting':
      return typeof symbol === 'string' && isCount(m.position) ? { type, symbol, position: m.position } : undefined;
    case 'status': {
      const status = decodeStatus(m);
      return status && { type, ...status };
    }
    case 'error': {
      const { code, message } = m;
      if (!isErrorCode(code) || typeof message !== 'string') return undefined;
      return { type, code, message, ...(typeof symbol === 'string' ? { symbol } : {}) };
    }
    case 'ping':
      return { type };
    default:
      return undefined;
  }
}

function decodeStatus(m: JsonObject): UpstreamStatus | undefined {
  const upstream = oneOf(UPSTREAM_STATES, m.upstream);
  if (!upstream || !isCount(m.since)) return undefined;
  return {
    upstream,
    since: m.since,
    ...(isCount(m.retryAt) ? { retryAt: m.retryAt } : {}),
    ...(isCount(m.delayMs) ? { delayMs: m.delayMs } : {}),
    ...(m.reason === 'key-in-use' ? { reason: m.reason } : {}),
  };
}

function decodeLast(value: unknown): LastPrice | undefined {
  if (!isJsonObject(value) || !isCount(value.t) || !isFiniteNumber(value.p)) return undefined;
  return { t: value.t, p: value.p };
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((item) => item === value);
}
