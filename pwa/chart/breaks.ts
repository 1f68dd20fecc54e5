/** A stretch without data, ms since 1970 UTC; what it was is said in words by `label`. */
export interface Break {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Breaks kept per symbol; the oldest go. */
const MAX_BREAKS = 5_000;

/** The breaks of one symbol by their beginnings, each once, though history and stream may both tell of it. */
export class Breaks {
  #list: Break[] = [];

  /** Oldest first. */
  get list(): readonly Break[] {
    return this.#list;
  }

  /** One that is known already may have become longer: it had not ended when it was told. */
  add(added: Break): void {
    const list = this.#list;
    const at = this.#firstAt(added.from);
    const known = list[at];
    if (known?.from === added.from) {
      if (added.to > known.to) list[at] = { ...known, to: added.to };
      return;
    }
    list.splice(at, 0, added);
    if (list.length > MAX_BREAKS) list.shift();
  }

  #firstAt(from: number): number {
    let at = this.#list.length;
    while (at > 0 && (this.#list[at - 1]?.from ?? 0) >= from) at -= 1;
    return at;
  }
}
