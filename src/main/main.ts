import { createLog, errorText } from '../runtime/log.ts';
import { prepareTape, TapeError } from '../tape/open.ts';
import { helpText, processSources, readCommand } from './config.ts';
import { type DataDir, DataDirError, openDataDir } from './data-dir.ts';
import { Epochs } from './epochs.ts';
import { EXIT_BAD_CONFIG, EXIT_FAILED, EXIT_OK } from './limits.ts';
import { ownListener } from './listener.ts';
import { inUrl } from './phone/host-names.ts';
import { PhoneError } from './phone/keep.ts';
import { openPhone, type Phone, PhonePortError } from './phone/phone.ts';
import { PortError, probePort } from './port.ts';
import type { Settings } from './settings.ts';
import { Supervisor } from './supervisor.ts';
import { tapeFileOf } from './workers.ts';

/** Put in by the build. */
const VERSION = process.env.TICKCAST_VERSION ?? 'development';

/** uWebSockets.js takes headers up to 4 kB by default; a browser's cookies of other programs on localhost exceed that. */
const MAX_HEADER_BYTES = '16384';

/** Entry of the server. */
async function main(): Promise<void> {
  const command = readCommand(processSources());
  switch (command.kind) {
    case 'help':
      process.stdout.write(helpText());
      return;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return;
    case 'error':
      fail(command.line, EXIT_BAD_CONFIG);
      return;
    case 'serve':
      await serve(command.settings);
  }
}

async function serve(settings: Settings): Promise<void> {
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= MAX_HEADER_BYTES;
  const log = createLog(settings.logLevel, 'main');
  // Node prints its own warnings (node:sqlite is "experimental") as text; here they are log lines like all others.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.debug({ warning: warning.message }, 'Node warns'));

  let dataDir: DataDir;
  let epochs: Epochs;
  let port: number;
  let phone: Phone | undefined;
  try {
    dataDir = await openDataDir(settings.dataDir);
    epochs = new Epochs(dataDir.path, log);
    const aside = prepareTape(tapeFileOf(dataDir.path, settings), Date.now());
    if (aside !== undefined) log.error({ aside }, 'the recording is damaged: it is set aside, and a new one begun');
    port = await probePort({ name: 'HOST and PORT', host: settings.host, port: settings.port });
    if (settings.phone) phone = await openPhone(settings, dataDir.path, port, log);
  } catch (error) {
    const expected = [DataDirError, TapeError, PortError, PhoneError].find((kind) => error instanceof kind);
    if (!expected) throw error;
    fail(errorText(error), error instanceof PhonePortError ? EXIT_BAD_CONFIG : EXIT_FAILED);
    return;
  }

  const own = Array.from({ length: settings.shards }, () => ownListener(settings, port));
  const listeners = phone ? [...own, phone.listener] : own;
  const supervisor = new Supervisor({ settings, listeners, dataDir, epochs, version: VERSION, log });
  const stop = once(async (signal: string) => {
    log.info({ signal }, 'stopping');
    phone?.close();
    await supervisor.stop();
    dataDir.close();
    log.info('stopped');
    process.exit(EXIT_OK);
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('uncaughtException', (error) => {
    log.fatal({ error: error.message, stack: error.stack }, 'Tickcast failed');
    void supervisor.endProcess(EXIT_FAILED);
  });
  acceptFaults(supervisor);

  try {
    await supervisor.start();
  } catch (error) {
    log.fatal({ error: errorText(error) }, 'Tickcast cannot start');
    await supervisor.stop();
    process.exit(EXIT_FAILED);
  }
  announce(settings, port, (url, feed) =>
    log.info({ url, feed, version: VERSION }, `Tickcast listens on ${url} (${feed})`),
  );
  if (!log.isLevelEnabled('info')) announce(settings, port, (url) => process.stdout.write(`${url}\n`));
  phone?.announce();
}

function announce(settings: Settings, port: number, say: (url: string, feed: string) => void): void {
  const shown = settings.host === '127.0.0.1' ? 'localhost' : inUrl(settings.host);
  const scheme = settings.tlsCert === undefined ? 'http' : 'https';
  say(`${scheme}://${shown}:${port}`, settings.keys.length === 0 ? 'simulated feed' : 'Finnhub');
}

/**
 * A test that started this process with an IPC channel may break one of its workers. Only the parent process has the other
 * end of that channel, and it must have asked for it in the environment.
 */
function acceptFaults(supervisor: Supervisor): void {
  if (!process.send || process.env.TICKCAST_FAULTS !== '1') return;
  process.on(
    'message',
    (message: { readonly worker: string; readonly kind: 'throw' | 'block'; readonly ms: number }) => {
      supervisor.inject(message.worker, { type: 'fault', kind: message.kind, ms: message.ms });
    },
  );
  // The test is gone, and so is whoever would stop this server.
  const end = (): boolean => process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', end);
  if (!process.connected) end();
}

function once(action: (signal: string) => Promise<void>): (signal: string) => void {
  let begun = false;
  return (signal) => {
    if (begun) return;
    begun = true;
    void action(signal);
  };
}

function fail(line: string, code: number): void {
  process.stderr.write(`tickcast: ${line}\n`);
  process.exitCode = code;
}

await main();
