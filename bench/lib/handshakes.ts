import type { Framing } from './messages.ts';

/** How a client of each framing gets to its trades: as much of it as the servers here ask for. */

/** Where it connects. */
export function pathOf(framing: Framing, symbols: readonly string[]): string {
  switch (framing) {
    case 'nchan':
      return `/?id=${symbols.join(',')}`;
    case 'socket.io':
      return '/socket.io/?EIO=4&transport=websocket';
    case 'finnhub':
    case 'tickcast':
      return '/';
  }
}

/** What it says once it is connected. */
export function greeting(framing: Framing, symbols: readonly string[]): readonly string[] {
  if (framing !== 'finnhub' && framing !== 'tickcast') return [];
  return symbols.map((symbol) => JSON.stringify({ type: 'subscribe', symbol }));
}

/** What it answers to a message without trades. */
export function answers(framing: Framing, symbols: readonly string[], text: string): readonly string[] {
  if (framing !== 'socket.io') return [];
  // Engine.IO's open, ping and pong, and Socket.IO's connect, each a digit: https://socket.io/docs/v4/engine-io-protocol/
  if (text.startsWith('0')) return ['40'];
  if (text === '2') return ['3'];
  return text.startsWith('40') ? symbols.map((symbol) => `42${JSON.stringify(['subscribe', symbol])}`) : [];
}
