// Builds the index once in a process that has done nothing else, as a page's worker does, and prints how long it took, ms.
// Usage: node bench/search/first-build.ts ENTRIES
import { seededRandom } from '../lib/stats.ts';
import { enlarge, readCatalogue } from './catalogue.ts';
import { RIVALS, timedBuild } from './searches.ts';

const given = readCatalogue() ?? [];
const size = Number(process.argv[2]);
const entries = size > given.length ? enlarge(given, size, seededRandom(1)) : given;
const [tickcast] = RIVALS;
if (tickcast) process.stdout.write(String(timedBuild(tickcast, entries).ms));
