import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { INSTRUMENTS } from '../../catalogue/builtin.ts';
import { FLAGS, type FlagValues, HELP, readFlags, type SimulatorCommand } from './options.ts';
import { parseReplay, type ReplayOptions } from './replay.ts';
import { startSimulator } from './server.ts';
import { type ListedStock, madeUpStocks, parseStocks } from './stocks.ts';

/** The exit code for a command line that makes no sense. */
const EXIT_USAGE = 2;

function fail(reason: string): never {
  process.stderr.write(`simulator: ${reason.replace(/\s+/g, ' ')}\n`);
  process.exit(EXIT_USAGE);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parseCommandLine(): FlagValues {
  try {
    return parseArgs({ options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return fail(messageOf(error));
  }
}

function readReplay({ file, speed, rebase }: NonNullable<SimulatorCommand['replay']>): ReplayOptions {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return fail(`--replay "${file}" cannot be read: ${messageOf(error)}`);
  }
  const parsed = parseReplay(text);
  return parsed.ok ? { trades: parsed.trades, speed, rebase } : fail(`--replay "${file}": ${parsed.reason}`);
}

function readStocks(file: string | undefined, count: number): readonly ListedStock[] {
  const builtin = INSTRUMENTS.filter(({ market }) => market === 'us').map(({ symbol }) => symbol);
  const known = new Set(builtin);
  let stocks: readonly ListedStock[] = [];
  if (file !== undefined) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return fail(`--stocks "${file}" cannot be read: ${messageOf(error)}`);
    }
    const parsed = parseStocks(text);
    if (!parsed.ok) return fail(`--stocks "${file}": ${parsed.reason}`);
    stocks = parsed.stocks.filter(({ symbol }) => !known.has(symbol));
    for (const { symbol } of stocks) known.add(symbol);
  }
  return [...stocks, ...madeUpStocks(Math.max(0, count - known.size), known)];
}

async function main(): Promise<void> {
  const values = parseCommandLine();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const flags = readFlags(values);
  if (!flags.ok) fail(flags.reason);
  const { settings, symbols, stocks, replay } = flags.command;
  try {
    const simulator = await startSimulator({
      ...settings,
      stocks: readStocks(stocks, symbols),
      replay: replay && readReplay(replay),
    });
    // Before the line is printed: whoever reads it may send a signal at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        void simulator.close();
      });
    }
    process.stdout.write(
      `simulated Finnhub: FINNHUB_WS_URL=${simulator.wsUrl} FINNHUB_REST_URL=${simulator.restUrl}\n`,
    );
  } catch (error) {
    fail(messageOf(error));
  }
}

await main();
