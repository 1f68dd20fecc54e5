import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { CatalogueEntry } from '../src/protocol/catalogue.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { median, percentile, seededRandom } from './lib/stats.ts';
import { enlarge, MISSING, readCatalogue } from './search/catalogue.ts';
import { committedSet } from './search/committed.ts';
import { MOST_EQUAL } from './search/equal.ts';
import { drawLabelled, type LabelledSet } from './search/labelled.ts';
import { keystrokes, placesOf, type Score, type Search, score, timings } from './search/score.ts';
import { RIVALS, TICKCAST, timedBuild } from './search/searches.ts';
import { SEED_A, SEED_B } from './search/seeds.ts';

/** About what Finnhub lists today. */
const LARGE = 30_000;
/** Fuse.js takes tens of milliseconds a keystroke: one of so many is enough to time it by. */
const SAMPLED = 40;
const WARMUP = 300;
const BUILDS = 5;
const FIRST_BUILD = fileURLToPath(new URL('./search/first-build.ts', import.meta.url));

/** Who finds what people mean, and how long a keystroke takes: Tickcast's index beside Fuse.js, with the same queries. */
export async function runSearch(_options: Options): Promise<string> {
  const entries = readCatalogue();
  if (!entries) return `## Search\n\nNot measured: ${MISSING}.`;
  const large = enlarge(entries, LARGE, seededRandom(SEED_A));
  const sets = [committedSet(), drawLabelled(entries, SEED_B)] as const;
  const built = RIVALS.map((rival) => ({ name: rival.name, search: timedBuild(rival, entries).search }));
  const scores = built.map(({ name, search }) => ({
    name,
    a: score(sets[0], search),
    b: name === TICKCAST ? score(sets[1], search) : [],
  }));
  return `## Search

${entries.length.toLocaleString('en')} symbols of Finnhub's lists of 2020. Seed A is the committed set, seed B one that
is drawn at every run, for Tickcast only: nothing was tuned to A if both score alike. Everyday queries are written by hand.

${scoreTable(scores)}

${timeTable(entries, large, sets[0])}

- Found: the right symbol is first (in full), in the top 3 (pairs, everyday) or in the top ${placesOf('')} (everything else).
- Of beginnings, words and typos only those are asked for which at most ${MOST_EQUAL} symbols match equally well, typed right; see
  \`bench/search/equal.ts\`. Symbols in full, pairs, typos in tickers and everyday queries are asked whatever else matches.
- Times: every beginning of every query of seed A, as typing makes them; of Fuse.js one of ${SAMPLED}.
- Ready: building the index, the median of ${BUILDS} processes that have done nothing else; of Fuse.js once, in this process.
- Fuse.js, reference: the reference's options, \`threshold: 0\`, \`ignoreLocation: true\`, symbol and description.
- Missed by Tickcast, seed A: ${missed(scores[0]?.a ?? [])}
- Load average of the last minute: ${show(loadavg()[0] ?? Number.NaN, 1)} on ${availableParallelism()} cores; the benchmark itself makes 1 of it.`;
}

interface Scores {
  readonly name: string;
  readonly a: readonly Score[];
  readonly b: readonly Score[];
}

function scoreTable(scores: readonly Scores[]): string {
  const [first] = scores;
  if (!first) return '';
  const cell = (each: Score | undefined): string => (each ? `${show((100 * each.found) / each.asked, 1)} %` : '–');
  const rows = first.a.map(({ kind, asked }, i) => [
    kind,
    String(asked),
    ...scores.flatMap(({ a, b }) => [a, ...(b.length > 0 ? [b] : [])].map((each) => cell(each[i]))),
  ]);
  return table(
    ['found', 'queries', ...scores.flatMap(({ name, b }) => (b.length > 0 ? [`${name}, A`, 'B'] : [name]))],
    rows,
  );
}

function timeTable(entries: readonly CatalogueEntry[], large: readonly CatalogueEntry[], set: LabelledSet): string {
  const rows = [entries, large].flatMap((catalogue) =>
    RIVALS.map((rival) => {
      const own = rival.name === TICKCAST;
      const { search, ms } = timedBuild(rival, catalogue);
      const typed = keystrokes(set).filter((_, i) => own || i % SAMPLED === 0);
      warmUp(search, typed, own);
      const times = timings(typed, search);
      const ready = own ? firstBuild(catalogue.length) : ms;
      const share = [0.5, 0.95, 0.99, 1].map((q) => show(percentile(times, q), 2));
      return [
        `${rival.name}, ${catalogue.length.toLocaleString('en')}`,
        ...share,
        show(ready, 0),
        String(times.length),
      ];
    }),
  );
  return table(['keystroke', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms', 'ready ms', 'queries'], rows);
}

/** Compiled code, as after the first words that somebody types. */
function warmUp(search: Search, typed: readonly string[], own: boolean): void {
  timings(typed.slice(0, own ? WARMUP : Math.ceil(WARMUP / SAMPLED)), search);
}

function firstBuild(size: number): number {
  const once = (): number => Number(execFileSync(process.execPath, [FIRST_BUILD, String(size)], { encoding: 'utf8' }));
  return median(Array.from({ length: BUILDS }, once));
}

function missed(scores: readonly Score[]): string {
  return scores.flatMap(({ missed }) => missed.map(([query, expected]) => `\`${query}\` (${expected})`)).join(', ');
}
