import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Recorded market data beside the repository; it is no part of it. */
const FOLDER = new URL('../../shared/data/', import.meta.url);

/** Whether `name` is there. Tests that need it are skipped without it, and say so by their title. */
export function hasSharedData(name: string): boolean {
  return existsSync(sharedDataPath(name));
}

export function sharedDataPath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

export function readSharedData(name: string): string {
  return readFileSync(sharedDataPath(name), 'utf8');
}
