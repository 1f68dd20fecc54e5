import { parseFinnhubMessage } from '../../src/protocol/finnhub.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { parseJson } from '../../src/protocol/json.ts';
import { stampedUs } from './clock.ts';
import type { Framing } from './messages.ts';

/** When the feeder sent each trade of a frame, in µs. */
export function sendTimes(framing: Framing, text: string): number[] {
  if (framing === 'finnhub') {
    const message = parseFinnhubMessage(text);
    return message.type === 'trades' ? message.trades.map(({ t, v }) => stampedUs(t, v)) : [];
  }
  const value = parseJson(text);
  const frame = Array.isArray(value) ? decodeFrame(value) : undefined;
  return frame ? frame.trades.map(({ t, v }) => stampedUs(t, v)) : [];
}
