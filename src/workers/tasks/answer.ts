import type { Answer, Place } from '../../protocol/queries.ts';

const encoder = new TextEncoder();

/** An answer whose bytes are alone in their buffer, so that it can be handed over whole. */
export function answerOf(text: string, count: number, next?: Place): Answer {
  const encoded = encoder.encode(text);
  const bytes = encoded.byteLength === encoded.buffer.byteLength ? encoded : encoded.slice();
  return { bytes, count, ...(next ? { next } : {}) };
}
