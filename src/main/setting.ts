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
  /** `allowed` completes "…: allowed is". `isPrivate`: the text may hold a password or a key and is not repeated. */
  | { readonly ok: false; readonly allowed: string; readonly isPrivate?: boolean };

const value = <T>(v: T): Parsed<T> => ({ ok: true, value: v });
const refuse = (allowed: string, isPrivate = false): Parsed<never> => ({ ok: false, allowed, isPrivate });

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

/** A URL to connect to. Credentials and a fragment are refused, and a query unless it is allowed: later, they would fail. */
export function url(
  protocols: readonly string[],
  { query }: { readonly query: boolean },
): (text: string) => Parsed<string> {
  const begin = protocols.map((p) => `${p}//`).join(' or ');
  const allowed = `a URL that begins with ${begin}, without a user, a "#"${query ? '' : ', a "?"'} and spaces`;
  return (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    const isBare = parsed?.username === '' && parsed.password === '' && !(query ? /[\s#]/ : /[\s#?]/).test(text);
    if (!parsed || !protocols.includes(parsed.protocol) || !isBare) return refuse(allowed, /[@?]/.test(text));
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

/** Items separated by commas, each of which must pass `isItem`, in the form `form` gives them. */
export function list(
  what: string,
  isItem: (item: string) => boolean,
  form = (item: string): string => item,
): (text: string) => Parsed<readonly string[]> {
  return (text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items.every(isItem) ? value(items.map(form)) : refuse(`${what}, separated by commas`);
  };
}

/** A list that holds something, and nothing twice. */
export function distinctList(
  what: string,
  isItem: (item: string) => boolean,
): (text: string) => Parsed<readonly string[]> {
  const parse = list(`${what}, each once`, isItem);
  return (text) => {
    const parsed = parse(text);
    if (!parsed.ok) return parsed;
    const isDistinct = parsed.value.length > 0 && new Set(parsed.value).size === parsed.value.length;
    return isDistinct ? parsed : refuse(`${what}, each once, separated by commas`);
  };
}

export function text(what: string, isValid: (text: string) => boolean): (text: string) => Parsed<string> {
  return (given) => (isValid(given) ? value(given) : refuse(what));
}
