import type { RawTrade } from './clients.ts';
import { ODD_KEYS, ODD_VALUES } from './fuzz.ts';
import { rawFrame } from './pest.ts';
import { WITNESSED } from './witnesses.ts';

/** The largest message a client may send. */
export const CLIENT_BYTES = 1024;

/** Nesting as deep as `length` characters allow. */
export const deep = (open: string, close: string, length: number): string => {
  const levels = Math.floor(length / (open.length + close.length));
  return open.repeat(levels) + close.repeat(levels);
};

/** What a client can send that is no message; none of it closes the connection. */
export const HAND_PICKED: readonly string[] = [
  '',
  ' ',
  '\0',
  '\u{feff}{"type":"subscribe","symbol":"AAPL"}',
  '{"type":"subscribe"}',
  '{"symbol":"AAPL"}',
  "{'type':'subscribe','symbol':'AAPL'}",
  '{"type":"subscribe","symbol":"AAPL"',
  '{"type":"subscribe","symbol":"AAPL"}{"type":"subscribe","symbol":"AAPL"}',
  '[{"type":"subscribe","symbol":"AAPL"}]',
  '{"type":"trade","data":[{"p":1,"s":"WITNESS:1","t":1,"v":1}]}',
  '{"type":"hello"}',
  '{"type":"ping"}',
  '{"type":"subscribe","symbol":"AAPL","type":"nothing"}',
  '{"__proto__":{"type":"subscribe","symbol":"AAPL"}}',
  '{"constructor":{"prototype":{"type":"subscribe"}}}',
  `{"type":"subscribe","symbol":"${'A'.repeat(65)}"}`,
  `{"type":"subscribe","symbol":"${'A'.repeat(900)}"}`,
  '{"type":"subscribe","symbol":"A\\u0000B"}',
  '{"type":"subscribe","symbol":"\\ud800"}',
  '{"type":"subscribe","symbol":"t/WITNESS:1\\n"}',
  '{"type":"subscribe","symbol":["WITNESS:1"]}',
  '{"type":"subscribe","symbol":"WITNESS:1","since":{"epoch":1e999,"seq":-1}}',
  '{"type":"subscribe","symbol":"WITNESS:1","since":{"epoch":"1","seq":null}}',
  '{"type":"subscribe","symbol":"WITNESS:1","rate":"1000hz"}',
  `{"type":"auth","token":"${'x'.repeat(513)}"}`,
  deep('[', ']', CLIENT_BYTES),
  deep('{"type":', '}', CLIENT_BYTES),
  '['.repeat(CLIENT_BYTES),
  '"'.repeat(CLIENT_BYTES),
  '9'.repeat(CLIENT_BYTES),
  ...ODD_VALUES,
  ...ODD_KEYS.map((key) => JSON.stringify({ [key]: 'subscribe', symbol: 'AAPL' })),
];

/** Bytes that break the rules of WebSocket, as a client writes them after the upgrade. */
export const BROKEN_FRAMES: readonly Uint8Array[] = [
  Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  Buffer.alloc(64),
  Buffer.alloc(64, 0xff),
  rawFrame(0x81, '{"type":"subscribe","symbol":"WITNESS:1"}', { masked: false }),
  rawFrame(0x80, 'a continuation of nothing'),
  Buffer.concat([rawFrame(0x01, 'a beginning'), rawFrame(0x81, 'and another')]),
  Buffer.concat([rawFrame(0x01, '{"type":'), rawFrame(0x00, '"subscribe"'), rawFrame(0x82, 'x')]),
  rawFrame(0x01, 'a beginning without an end'),
  ...[0x83, 0x84, 0x87, 0x8b, 0x8f].map((opcode) => rawFrame(opcode, 'reserved')),
  ...[0xc1, 0xa1, 0x91, 0xf1].map((bits) => rawFrame(bits, 'reserved bits')),
  rawFrame(0x09, 'a ping in pieces'),
  rawFrame(0x89, 'p'.repeat(126)),
  rawFrame(0x8a, 'a pong nobody asked for'),
  rawFrame(0x88, 'x'),
  rawFrame(0x88, Buffer.from([0, 0])),
  rawFrame(0x88, Buffer.from([0x03, 0xe8, 0xff, 0xfe])),
  rawFrame(0x81, Buffer.from([0xff, 0xfe, 0xc0, 0x80])),
  rawFrame(0x81, Buffer.from([0xed, 0xa0, 0x80])),
  rawFrame(0x81, 'half a fra', { declared: 100n }),
  rawFrame(0x81, 'x', { declared: 65_536n }),
  rawFrame(0x81, 'x', { declared: 2n ** 32n }),
  rawFrame(0x81, 'x', { declared: 2n ** 63n }),
  rawFrame(0x81, 'x', { declared: 2n ** 64n - 1n }),
  rawFrame(0x81, '{"type":"subscribe","symbol":"WITNESS:1"}').subarray(0, 5),
  rawFrame(0x81, '').subarray(0, 1),
  Buffer.concat(Array.from({ length: 2_000 }, () => rawFrame(0x81, ''))),
  Buffer.concat(Array.from({ length: 2_000 }, () => rawFrame(0x89, ''))),
];

/** Trades of the witnessed symbol with one thing wrong each: none may be counted. */
export const SPOILED: readonly string[] = [
  ...['"1"', 'null', '-1', '0', '-0', '1e999', '[]', '{}', 'true'].map((p) => spoiled({ p })),
  ...['"1"', 'null', '-1', '0', '1.5', '1e999', '9007199254740993', '[1]'].map((t) => spoiled({ t })),
  ...['"1"', 'null', '-1', '-1e-9', '1e999', '-1e999', '[1]', '{}'].map((v) => spoiled({ v })),
  ...['1', '"1"', '{}', 'true', '[1]', '[null]', '[["1"]]', '["12345678901234567"]'].map((c) => spoiled({ c })),
  spoiled({ c: JSON.stringify(Array.from({ length: 65 }, () => '1')) }),
  spoiled({ c: JSON.stringify(Array.from({ length: 10_000 }, () => '1')) }),
  ...['"WITNESS:1 "', '"WITNESS:1\\u0000"', '"WITNESS:1\\ud800"', `"${'W'.repeat(65)}"`, 'null', '["WITNESS:1"]'].map(
    (s) => spoiled({ s }),
  ),
  `{"p":1,"s":"${WITNESSED}","t":1}`,
  `{"p":1,"s":"${WITNESSED}","v":1}`,
  `{"s":"${WITNESSED}","t":1,"v":1}`,
  '{"p":1,"t":1,"v":1}',
  `{"__proto__":{"p":1,"t":1,"v":1},"s":"${WITNESSED}"}`,
  'null',
  '[]',
  '{}',
  '42',
  `"${WITNESSED}"`,
];

/** A trade of the witnessed symbol, its fields as JSON texts. */
export function spoiled(fields: Partial<Record<keyof RawTrade, string>>): string {
  const { p, s, t, v, c } = { p: '1.5', s: `"${WITNESSED}"`, t: '1672531200000', v: '1', c: 'null', ...fields };
  return `{"c":${c},"p":${p},"s":${s},"t":${t},"v":${v}}`;
}
