import { isatty } from 'node:tty';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

const STDOUT = 1;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The log of one thread, written to standard output at once (a worker that dies must not take its last line with it):
 * JSON lines, or readable ones on a terminal. Keys and tokens are never handed to it; URLs are logged without queries.
 */
export function createLog(level: LogLevel, part: string): Log {
  const options = { level, base: { part }, timestamp: pino.stdTimeFunctions.isoTime };
  // In a worker thread `process.stdout` is a stream to main, and never a terminal; the descriptor itself is.
  if (isatty(STDOUT)) {
    const format = { ignore: 'part', messageFormat: '{part}: {msg}', translateTime: 'SYS:HH:MM:ss' };
    return pino(options, pretty({ ...format, destination: STDOUT, sync: true, singleLine: true, colorize: true }));
  }
  return pino(options, pino.destination({ fd: STDOUT, sync: true }));
}

/** What a caught value says, for a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
