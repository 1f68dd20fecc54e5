import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { CompactCatalogue } from '../../protocol/catalogue.ts';
import type { EncodedCatalogue } from '../../protocol/catalogue-task.ts';
import { BROTLI_QUALITY, GZIP_LEVEL } from './limits.ts';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/**
 * The catalogue as `/api/symbols` serves it, in every encoding, under a strong ETag of its content (without the quotes of the header).
 * `asOf`: when its oldest list was fetched, ms since 1970 UTC.
 */
export async function encodeCatalogue(catalogue: CompactCatalogue, asOf: number): Promise<EncodedCatalogue> {
  const identity = Buffer.from(JSON.stringify(catalogue));
  const [asBrotli, asGzip] = await Promise.all([
    brotli(identity, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
      },
    }),
    deflate(identity, { level: GZIP_LEVEL }),
  ]);
  const etag = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  return { etag, asOf, identity: shared(identity), brotli: shared(asBrotli), gzip: shared(asGzip) };
}

/** Bytes in shared memory: main and every shard are handed them without a copy, which would be megabytes for each. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
