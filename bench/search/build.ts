// Draws the committed labelled set anew. Usage: node bench/search/build.ts (then: npx biome format --write bench/search)
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MISSING, readCatalogue } from './catalogue.ts';
import { drawLabelled } from './labelled.ts';
import { SEED_A } from './seeds.ts';

const FILE = fileURLToPath(new URL('./labelled.json', import.meta.url));

const entries = readCatalogue();
if (entries) writeFileSync(FILE, JSON.stringify(drawLabelled(entries, SEED_A)));
else {
  process.stderr.write(`${MISSING}\n`);
  process.exitCode = 1;
}
