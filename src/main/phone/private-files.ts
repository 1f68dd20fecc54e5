import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** Creates a folder that nobody else can look into; one that is there already is closed to others. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
  chmodSync(path, OWNER_ONLY_FOLDER);
}

/** What a file holds, after it was closed to others; `undefined` where there is none. */
export function readPrivateFile(path: string): string | undefined {
  try {
    chmodSync(path, OWNER_ONLY_FILE);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file that only the owner can read. Whatever interrupts it, the former content stays, or the new one is whole. */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.new`;
  // Left behind by an interrupted start, perhaps with other rights.
  rmSync(temporary, { force: true });
  writeFileSync(temporary, content, { mode: OWNER_ONLY_FILE, flag: 'wx', flush: true });
  renameSync(temporary, path);
  // The name is as lasting as the content: an authority that a phone trusts must not be lost with the power.
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
