import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Builds another version into `folder`. It differs by its version, and by the name of the search's worker: as a new version has it
 * in which the search was changed.
 */
export async function buildNext(folder: string, version: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['build.mjs', '--out', folder, '--version', version]);
  const page = join(folder, 'pwa');
  const files = readdirSync(page, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.(?:br|gz)$/.test(name))) rmSync(join(page, file));
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const path = join(page, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/search-worker-\w+\.js/g, 'search-worker-next.js'));
    if (file.includes('search-worker-')) renameSync(path, join(page, 'assets/search-worker-next.js'));
  }
}
