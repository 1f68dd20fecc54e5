import { MAX_KEPT_HEADERS } from './limits.ts';

/** A body in every form it is kept in. */
export interface Encoded {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  /** ms since 1970 UTC. */
  readonly lastModified?: number;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array | undefined;
  readonly gzip: Uint8Array | undefined;
}

/** As `Content-Encoding` says it; empty: the body as it is. */
export type Coding = '' | 'br' | 'gzip';

/** What is in an `Accept-Encoding` header: browsers of one kind all send the same one. */
const read = new Map<string, ReadonlySet<string>>();

/** The coding of the smallest form that the `Accept-Encoding` header allows. */
export function chooseCoding(file: Encoded, acceptEncoding: string): Coding {
  let accepted = read.get(acceptEncoding);
  if (!accepted) {
    accepted = readHeader(acceptEncoding);
    if (read.size >= MAX_KEPT_HEADERS) read.clear();
    read.set(acceptEncoding, accepted);
  }
  if (file.brotli && accepted.has('br')) return 'br';
  if (file.gzip && accepted.has('gzip')) return 'gzip';
  return '';
}

/** A coding with `q=0` is refused (RFC 9110, 12.5.3). */
function readHeader(acceptEncoding: string): ReadonlySet<string> {
  const accepted = new Set<string>();
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) accepted.add(coding);
  }
  return accepted;
}
