// The benchmarks. Usage: npm run bench, or node bench/run.ts [part …] [options] after a build; --help lists them.
import { fileURLToPath } from 'node:url';
import { runCatalogue } from './catalogue.ts';
import { runFanout } from './fanout.ts';
import { runHistory } from './history.ts';
import { runHttp } from './http.ts';
import { runIdle } from './idle.ts';
import { cleanUpAtExit } from './lib/child.ts';
import { helpText, type Options, readOptions } from './lib/options.ts';
import { describeMachine, writeSection } from './lib/report.ts';
import { runPage } from './page.ts';
import { runPool } from './pool.ts';
import { runQuiet } from './quiet.ts';
import { runRates } from './rates.ts';
import { runRecording } from './recording.ts';
import { runSearch } from './search.ts';
import { runShards } from './shards.ts';
import { runSlow } from './slow.ts';
import { runSoak } from './soak.ts';
import { runStorm } from './storm.ts';

const RESULTS = fileURLToPath(new URL('./results.md', import.meta.url));

/** Each part takes the options and gives a section of the results, in Markdown. */
const PARTS: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  fanout: runFanout,
  quiet: runQuiet,
  shards: runShards,
  rates: runRates,
  recording: runRecording,
  history: runHistory,
  http: runHttp,
  pool: runPool,
  idle: runIdle,
  slow: runSlow,
  storm: runStorm,
  soak: runSoak,
  catalogue: runCatalogue,
  search: runSearch,
  page: runPage,
};

async function main(): Promise<void> {
  const names = Object.keys(PARTS);
  const options = readOptions(process.argv.slice(2), names);
  if (options === 'help') {
    process.stdout.write(helpText(names));
    return;
  }
  if (options instanceof Error) {
    process.stderr.write(`bench: ${options.message}\n`);
    process.exitCode = 2;
    return;
  }
  cleanUpAtExit();
  for (const part of options.parts) {
    const section = await PARTS[part]?.(options);
    if (section === undefined) continue;
    const dated = section.replace('\n', `\n\n${describeMachine(new Date())}\n`);
    process.stdout.write(`\n${dated}\n`);
    if (!options.printOnly) writeSection(RESULTS, names, part, dated);
  }
}

// Children that still run would keep this process alive after an error: its exit ends them.
main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
