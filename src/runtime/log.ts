import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The log of one thread, written to standard output at once (a worker that dies must not take its last line with it):
 * JSON lines, or readable ones on a terminal. Keys and tokens are never handed to it; URLs are logged without queries.
 */
export function createLog(level: LogLevel, part: string): Log {
  const options = { level, base: { part }, timestamp: pino.stdTimeFunctions.isoTime };
  if (process.stdout.isTTY) {
    return pino(options, pretty({ sync: true, ignore: 'pid,hostname,part', messageFormat: '{part}: {msg}' }));
  }
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** What a caught value says, for a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
