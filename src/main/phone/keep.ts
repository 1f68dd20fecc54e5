import { join } from 'node:path';
import { errorText } from '../../runtime/log.ts';
import { type Authority, makeAuthority, makeLeaf, readAuthority, readLeaf } from './certificates.ts';
import type { HostNames } from './host-names.ts';
import { makePrivateFolder, readPrivateFile, writePrivateFile } from './private-files.ts';
import { scopeFor, withinScope } from './scope.ts';
import { authorityValidity, isLeafGood, leafValidity, runsOut } from './validity.ts';

/** Why the phone's certificates or its token cannot be had, in one line. */
export class PhoneError extends Error {}

/** The certificates of `--phone`, on disk. */
export interface Kept {
  readonly authority: Authority;
  /** PEM: the leaf and its key. */
  readonly leafFile: string;
  /** What the leaf is for. */
  readonly served: HostNames;
}

/** By this name the machine calls itself, whatever its network. */
const OWN_NAME = 'localhost';

/**
 * The authority and its leaf for a host with these names: those of the last start where they still serve. The authority
 * stays as long as it is valid, since every phone has to trust a new one by hand. `now`: ms since 1970 UTC.
 */
export async function keepCertificates(dir: string, hostname: string, host: HostNames, now: number): Promise<Kept> {
  const authorityFile = join(dir, 'authority.pem');
  const leafFile = join(dir, 'server.pem');
  openFolder(dir);
  let text = read(authorityFile);
  let authority = text === undefined ? undefined : await parseAuthority(text, authorityFile);
  if (text === undefined || !authority || runsOut(authority.validity, now)) {
    text = await makeAuthority(hostname, scopeFor(host), authorityValidity(now));
    authority = await readAuthority(text);
    write(authorityFile, text);
  }
  const { names, addresses } = withinScope(host, authority.scope);
  const served = { names: [...names, OWN_NAME], addresses };
  const leafText = read(leafFile);
  const leaf = leafText === undefined ? undefined : await readLeaf(leafText, authority.certificate);
  if (!leaf || !isLeafGood(leaf, served, now)) {
    write(leafFile, await makeLeaf(text, served, leafValidity(now, authority.validity)));
  }
  return { authority, leafFile, served };
}

/** The access token of the phone's listener: kept from the first start on, in a file of its own. */
export function keepToken(
  dir: string,
  make: () => string,
  isToken: (text: string) => boolean,
): { token: string; file: string } {
  const file = join(dir, 'access-token');
  openFolder(dir);
  const kept = read(file)?.trim();
  if (kept === undefined) {
    const token = make();
    write(file, `${token}\n`);
    return { token, file };
  }
  if (!isToken(kept)) throw new PhoneError(`${file} does not hold an access token: remove it to get a new one`);
  return { token: kept, file };
}

async function parseAuthority(text: string, file: string): Promise<Authority> {
  try {
    return await readAuthority(text);
  } catch (error) {
    throw new PhoneError(
      `${file} cannot be used (${errorText(error)}): restore it, or remove it and trust the new one on every phone`,
    );
  }
}

function openFolder(dir: string): void {
  attempt(`${dir} cannot be used`, () => makePrivateFolder(dir));
}

function read(file: string): string | undefined {
  return attempt(`${file} cannot be read`, () => readPrivateFile(file));
}

function write(file: string, content: string): void {
  attempt(`${file} cannot be written`, () => writePrivateFile(file, content));
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new PhoneError(`${what}: ${errorText(error)}`);
  }
}
