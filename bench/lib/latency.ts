import { parseFinnhubMessage } from '../../src/protocol/finnhub.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { parseJson } from '../../src/protocol/json.ts';
import { stampedUs } from './clock.ts';
import type { Framing } from './messages.ts';

/** When the feeder sent each trade of a frame, in µs. */
export function sendTimes(framing: Framing, text: string): number[] {
  return tradesOf(framing, text).map(({ t, v }) => stampedUs(t, v));
}

function tradesOf(framing: Framing, text: string): readonly { readonly t: number; readonly v: number }[] {
  switch (framing) {
    case 'finnhub':
    case 'nchan':
      return tradesOfMessage(text);
    case 'socket.io': {
      // An event of one trade, `42["trade",{…}]`: the trade alone is what Finnhub has in its list.
      return tradesOfMessage(`{"type":"trade","data":[${text.slice(text.indexOf('{'), -1)}]}`);
    }
    case 'tickcast': {
      const value = parseJson(text);
      return (Array.isArray(value) ? decodeFrame(value)?.trades : undefined) ?? [];
    }
  }
}

function tradesOfMessage(text: string): readonly { readonly t: number; readonly v: number }[] {
  const message = parseFinnhubMessage(text);
  return message.type === 'trades' ? message.trades : [];
}
