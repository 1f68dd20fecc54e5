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

/** The smallest form that the `Accept-Encoding` header allows. A coding with `q=0` is refused (RFC 9110, 12.5.3). */
export function chooseEncoding(
  file: Encoded,
  acceptEncoding: string,
): { readonly body: Uint8Array; readonly encoding: '' | 'br' | 'gzip' } {
  const accepted = new Set<string>();
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) accepted.add(coding);
  }
  if (file.brotli && accepted.has('br')) return { body: file.brotli, encoding: 'br' };
  if (file.gzip && accepted.has('gzip')) return { body: file.gzip, encoding: 'gzip' };
  return { body: file.identity, encoding: '' };
}
