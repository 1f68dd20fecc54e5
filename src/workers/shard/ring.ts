import type { Epoch, Seq, SymbolId } from '../../protocol/brand.ts';
import type { ResetReason, Since, Stretch } from '../../protocol/wire.ts';

/** Something a client of a symbol was told, kept for those who come back. */
export type RingItem =
  | { readonly kind: 'frame'; readonly firstSeq: Seq; readonly lastSeq: Seq; readonly bytes: Uint8Array }
  | { readonly kind: 'gap'; readonly gap: Stretch }
  /** A new epoch begins here: the frames after it carry `id` and are numbered `seq + 1` and on. */
  | { readonly kind: 'epoch'; readonly epoch: Epoch; readonly id: SymbolId; readonly seq: Seq };

/** Where in the ring a client goes on: `next` is the position of the first item it has not had. */
export type Resume =
  | { readonly ok: true; readonly next: number; readonly id: SymbolId }
  | { readonly ok: false; readonly reason: ResetReason };

/** An item with the numbering it stands in: the last number before it, and the last one after it. */
interface Entry {
  readonly item: RingItem;
  readonly epoch: Epoch;
  readonly id: SymbolId;
  readonly before: Seq;
  readonly after: Seq;
}

const ITEM_OVERHEAD_BYTES = 100;

/**
 * The recent past of one symbol: frames and gaps in the order in which they happened, bounded in bytes, the oldest dropped
 * first. Positions count up for ever, so that a client in the middle of a replay knows where it is.
 */
export class Ring {
  readonly #maxBytes: number;
  #entries: Entry[] = [];
  /** The position of `#entries[0]`. */
  #start = 0;
  #bytes = 0;
  #epoch: Epoch;
  #id: SymbolId;
  #seq: Seq;

  /** What is known begins at `seq` of `epoch`. */
  constructor(maxBytes: number, epoch: Epoch, id: SymbolId, seq: Seq) {
    this.#maxBytes = maxBytes;
    this.#epoch = epoch;
    this.#id = id;
    this.#seq = seq;
    this.push({ kind: 'epoch', epoch, id, seq });
  }

  /** The position after the newest item. */
  get end(): number {
    return this.#start + this.#entries.length;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  get id(): SymbolId {
    return this.#id;
  }

  get seq(): Seq {
    return this.#seq;
  }

  /** Where what is known begins: the last number before the oldest item, and the id that frames carry there. */
  get oldest(): { readonly epoch: Epoch; readonly seq: Seq; readonly id: SymbolId } {
    const [entry] = this.#entries;
    if (!entry) return { epoch: this.#epoch, seq: this.#seq, id: this.#id };
    return { epoch: entry.epoch, seq: entry.item.kind === 'epoch' ? entry.item.seq : entry.before, id: entry.id };
  }

  push(item: RingItem): void {
    const before = this.#seq;
    if (item.kind === 'epoch') {
      this.#epoch = item.epoch;
      this.#id = item.id;
      this.#seq = item.seq;
    } else if (item.kind === 'frame') {
      this.#seq = item.lastSeq;
    }
    this.#entries.push({ item, epoch: this.#epoch, id: this.#id, before, after: this.#seq });
    this.#bytes += sizeOf(item);
    while (this.#bytes > this.#maxBytes && this.#entries.length > 1) {
      const oldest = this.#entries.shift();
      if (!oldest) break;
      this.#bytes -= sizeOf(oldest.item);
      this.#start += 1;
    }
  }

  /** Forgets the past: what is known from now on begins at `seq` of `epoch`. */
  restart(epoch: Epoch, id: SymbolId, seq: Seq): void {
    this.#start = this.end;
    this.#entries = [];
    this.#bytes = 0;
    this.push({ kind: 'epoch', epoch, id, seq });
  }

  /** The item at `position`, or `undefined` where it is no longer (or not yet) there. */
  at(position: number): RingItem | undefined {
    return this.#entries[position - this.#start]?.item;
  }

  /**
   * Where a client goes on that has everything up to `seq` of this epoch, and everything before `told` that is no frame.
   * `undefined` where the ring has forgotten some of it.
   */
  after(seq: number, told: number = this.end): number | undefined {
    for (let position = told; position > this.#start; position -= 1) {
      const item = this.at(position - 1);
      if (item?.kind !== 'frame' || item.lastSeq <= seq) return position;
    }
    const [oldest] = this.#entries;
    return oldest && oldest.before <= seq ? this.#start : undefined;
  }

  /**
   * Where a client that has everything up to `since` goes on: the first item it may not have had. (A gap right at `since` is
   * told again rather than not at all.) Searched from the newest: most were away for a moment.
   */
  resume({ epoch, seq }: Since): Resume {
    let id: SymbolId | undefined;
    for (let i = this.#entries.length - 1; i >= 0; i -= 1) {
      const entry = this.#entries[i];
      if (!entry) break;
      if (entry.epoch !== epoch) {
        // A later epoch is replayed whole; an earlier one means that `since` is at or before this epoch's start.
        if (id === undefined) continue;
        break;
      }
      if (id === undefined && seq > entry.after) return { ok: false, reason: 'ahead' };
      id = entry.id;
      const { item } = entry;
      if (item.kind === 'epoch') {
        return seq >= item.seq ? { ok: true, next: this.#start + i + 1, id } : { ok: false, reason: 'too-old' };
      }
      const isNew = item.kind === 'frame' ? item.lastSeq > seq : entry.before >= seq;
      if (!isNew) return { ok: true, next: this.#start + i + 1, id };
    }
    if (id === undefined) return { ok: false, reason: 'other-epoch' };
    const oldest = this.#entries[0];
    return oldest && oldest.epoch === epoch && seq >= oldest.before
      ? { ok: true, next: this.#start, id }
      : { ok: false, reason: 'too-old' };
  }
}

function sizeOf(item: RingItem): number {
  return item.kind === 'frame' ? item.bytes.byteLength + ITEM_OVERHEAD_BYTES : ITEM_OVERHEAD_BYTES;
}
