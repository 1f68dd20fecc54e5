/** One setting: how it is given, what it means, and how a text becomes a value. */
export interface Setting<T> {
  /** `port` for `--port`; none for secrets, which a process list would show. */
  readonly flag?: string;
  readonly variable: string;
  readonly help: string;
  /** What `--help` shows as the default. */
  readonly shown: string;
  readonly fallback: T;
  /** Whether the value must never be repeated; `VARIABLE_FILE` may name a file that holds it. */
  readonly secret?: boolean;
  /** Whether the flag stands alone, without a value. */
  readonly isSwitch?: boolean;
  readonly parse: (text: string) => Parsed<T>;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `allowed` completes "…: allowed is". */
  | { readonly ok: false; readonly allowed: string };

const value = <T>(v: T): Parsed<T> => ({ ok: true, value: v });
const refuse = (allowed: string): { readonly ok: false; readonly allowed: string } => ({ ok: false, allowed });

export function integer(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const n = Number(text);
    const ok = /^\d+$/.test(text) && n >= min && n <= max;
    return ok ? value(n) : refuse(`a whole number from ${min} to ${max}`);
  };
}

/** A duration in ms, or the word for "without end". */
export function milliseconds(max: number, endless: string): (text: string) => Parsed<number> {
  return (text) => {
    if (text === endless) return value(Number.POSITIVE_INFINITY);
    const parsed = integer(0, max)(text);
    return parsed.ok ? parsed : refuse(`milliseconds from 0 to ${max}, or "${endless}"`);
  };
}

export function url(...protocols: readonly string[]): (text: string) => Parsed<string> {
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      return refuse(`a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value(text.replace(/\/$/, ''));
  };
}

export function oneOf<T extends string>(allowed: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const found = allowed.find((item) => item === text);
    return found === undefined ? refuse(`one of ${allowed.join(', ')}`) : value(found);
  };
}

export function onOff(text: string): Parsed<boolean> {
  if (['1', 'true', 'on', 'yes'].includes(text)) return value(true);
  return ['0', 'false', 'off', 'no'].includes(text) ? value(false) : refuse('on or off');
}

/** Items separated by commas, each of which must pass `isItem`. */
export function list(what: string, isItem: (item: string) => boolean): (text: string) => Parsed<readonly string[]> {
  return (text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.every(isItem) ? value(items) : refuse(`${what}, separated by commas`);
  };
}

export function text(what: string, isValid: (text: string) => boolean): (text: string) => Parsed<string> {
  return (given) => (isValid(given) ? value(given) : refuse(what));
}
