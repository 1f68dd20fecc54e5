/** A parsed JSON object, not an array and not null. */
export type JsonObject = { readonly [key: string]: unknown };

/** `text` as JSON, or `undefined` when it is not JSON. (JSON itself has no `undefined`, so the two cannot be confused.) */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A finite number. JSON cannot write another, but it can write `1e999`, which is read as Infinity. */
export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A whole number a double holds exactly, zero or above: a time, a sequence number, a count. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
