import { asEpoch, asSeq, asSymbolId, type Epoch, type Seq, type SymbolId } from '../../protocol/brand.ts';
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

/** What an item costs beside its bytes: its row below, and what the arrays are larger than they need to be. */
const ITEM_OVERHEAD_BYTES = 100;
const FIRST_ROWS = 16;
const FIRST_BYTES = 1024;

/** The row of an item: the numbering it stands in (the last number before it, and the last one after it), and where its bytes are. */
const EPOCH = 0;
const ID = 1;
const BEFORE = 2;
const AFTER = 3;
const AT = 4;
/** −1 for what is no frame. */
const SIZE = 5;
const COLUMNS = 6;

/**
 * The recent past of one symbol: frames and gaps in the order in which they happened, bounded in bytes, the oldest dropped
 * first. Positions count up for ever, so that a client in the middle of a replay knows where it is. Frames are copied into one
 * array, round and round, and described by rows of numbers: a live frame makes no object.
 */
export class Ring {
  readonly #maxBytes: number;
  /** The row of `position` is number `position % #rows`. */
  #table = new Float64Array(FIRST_ROWS * COLUMNS);
  #rows = FIRST_ROWS;
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where in `#bytes` the next frame goes, if there is room. */
  #head = 0;
  /** What is no frame, by position. */
  readonly #others = new Map<number, Exclude<RingItem, { kind: 'frame' }>>();
  #start = 0;
  #end = 0;
  /** No frame is before this position. */
  #oldestFrame = 0;
  #held = 0;
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
    return this.#end;
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
    const start = this.#start;
    const seq = this.#cell(start, this.#others.get(start)?.kind === 'epoch' ? AFTER : BEFORE);
    return { epoch: asEpoch(this.#cell(start, EPOCH)), seq: asSeq(seq), id: asSymbolId(this.#cell(start, ID)) };
  }

  push(item: RingItem): void {
    if (item.kind === 'frame') {
      this.pushFrame(item.lastSeq, item.bytes);
      return;
    }
    const before = this.#seq;
    if (item.kind === 'epoch') {
      this.#epoch = item.epoch;
      this.#id = item.id;
      this.#seq = item.seq;
    }
    this.#others.set(this.#end, item);
    this.#add(before, 0, -1);
  }

  /** A frame up to number `lastSeq`, which goes on from the item before it; `bytes` are copied. */
  pushFrame(lastSeq: Seq, bytes: Uint8Array): void {
    const size = bytes.byteLength;
    const at = this.#room(size);
    this.#bytes.set(bytes, at);
    this.#head = at + size;
    const before = this.#seq;
    this.#seq = lastSeq;
    this.#add(before, at, size);
  }

  /** Forgets the past: what is known from now on begins at `seq` of `epoch`. */
  restart(epoch: Epoch, id: SymbolId, seq: Seq): void {
    this.#start = this.#end;
    this.#others.clear();
    this.#held = 0;
    this.push({ kind: 'epoch', epoch, id, seq });
  }

  /**
   * The item at `position`, or `undefined` where it is no longer (or not yet) there. The bytes of a frame are a view, good until
   * the next item comes.
   */
  at(position: number): RingItem | undefined {
    if (position < this.#start || position >= this.#end) return undefined;
    const other = this.#others.get(position);
    if (other) return other;
    const at = this.#cell(position, AT);
    return {
      kind: 'frame',
      firstSeq: asSeq(this.#cell(position, BEFORE) + 1),
      lastSeq: asSeq(this.#cell(position, AFTER)),
      bytes: this.#bytes.subarray(at, at + this.#cell(position, SIZE)),
    };
  }

  /**
   * Where a client goes on that has everything up to `seq` of this epoch, and everything before `told` that is no frame.
   * `undefined` where the ring has forgotten some of it.
   */
  after(seq: number, told: number = this.end): number | undefined {
    for (let position = told; position > this.#start; position -= 1) {
      const isFrame = this.#cell(position - 1, SIZE) >= 0;
      if (!isFrame || this.#cell(position - 1, AFTER) <= seq) return position;
    }
    return this.#cell(this.#start, BEFORE) <= seq ? this.#start : undefined;
  }

  /**
   * Where a client that has everything up to `since` goes on: the first item it may not have had. (A gap right at `since` is
   * told again rather than not at all.) Searched from the newest: most were away for a moment.
   */
  resume({ epoch, seq }: Since): Resume {
    let id: SymbolId | undefined;
    for (let position = this.#end - 1; position >= this.#start; position -= 1) {
      if (this.#cell(position, EPOCH) !== epoch) {
        // A later epoch is replayed whole; an earlier one means that `since` is at or before this epoch's start.
        if (id === undefined) continue;
        break;
      }
      const after = this.#cell(position, AFTER);
      if (id === undefined && seq > after) return { ok: false, reason: 'ahead' };
      id = asSymbolId(this.#cell(position, ID));
      if (this.#others.get(position)?.kind === 'epoch') {
        return seq >= after ? { ok: true, next: position + 1, id } : { ok: false, reason: 'too-old' };
      }
      const isFrame = this.#cell(position, SIZE) >= 0;
      const isNew = isFrame ? after > seq : this.#cell(position, BEFORE) >= seq;
      if (!isNew) return { ok: true, next: position + 1, id };
    }
    if (id === undefined) return { ok: false, reason: 'other-epoch' };
    const { epoch: oldestEpoch, seq: oldestSeq } = this.oldest;
    return oldestEpoch === epoch && seq >= oldestSeq
      ? { ok: true, next: this.#start, id }
      : { ok: false, reason: 'too-old' };
  }

  #cell(position: number, column: number): number {
    return this.#table[(position % this.#rows) * COLUMNS + column] ?? Number.NaN;
  }

  #add(before: Seq, at: number, size: number): void {
    if (this.#end - this.#start === this.#rows) this.#growTable();
    const row = (this.#end % this.#rows) * COLUMNS;
    this.#table[row + EPOCH] = this.#epoch;
    this.#table[row + ID] = this.#id;
    this.#table[row + BEFORE] = before;
    this.#table[row + AFTER] = this.#seq;
    this.#table[row + AT] = at;
    this.#table[row + SIZE] = size;
    this.#end += 1;
    this.#held += ITEM_OVERHEAD_BYTES + Math.max(0, size);
    while (this.#held > this.#maxBytes && this.#end - this.#start > 1) this.#drop();
  }

  #drop(): void {
    this.#held -= ITEM_OVERHEAD_BYTES + Math.max(0, this.#cell(this.#start, SIZE));
    this.#others.delete(this.#start);
    this.#start += 1;
  }

  #growTable(): void {
    const rows = this.#rows * 2;
    const table = new Float64Array(rows * COLUMNS);
    for (let position = this.#start; position < this.#end; position += 1) {
      const from = (position % this.#rows) * COLUMNS;
      table.set(this.#table.subarray(from, from + COLUMNS), (position % rows) * COLUMNS);
    }
    this.#table = table;
    this.#rows = rows;
  }

  /** Where `size` bytes in a row are free; makes room where there is none. */
  #room(size: number): number {
    for (;;) {
      const tail = this.#tail();
      const head = tail === undefined ? 0 : this.#head;
      const end = this.#bytes.byteLength;
      if (tail === undefined || head > tail) {
        if (head + size <= end) return head;
        if (tail !== undefined && size < tail) return 0;
      } else if (head + size < tail) {
        return head;
      }
      // Twice as large, so that a frame may be dropped for its number of bytes and never for where they lie.
      if (end < 2 * this.#maxBytes || tail === undefined) this.#growBytes(size);
      else this.#drop();
    }
  }

  /** Where the bytes of the oldest frame begin. */
  #tail(): number | undefined {
    let position = Math.max(this.#oldestFrame, this.#start);
    while (position < this.#end && this.#cell(position, SIZE) < 0) position += 1;
    this.#oldestFrame = position;
    return position < this.#end ? this.#cell(position, AT) : undefined;
  }

  /** The frames, one after the other, in an array that has room for one of `size` more. */
  #growBytes(size: number): void {
    const bytes = new Uint8Array(2 * this.#bytes.byteLength + size);
    let head = 0;
    for (let position = this.#start; position < this.#end; position += 1) {
      const length = this.#cell(position, SIZE);
      if (length < 0) continue;
      const at = this.#cell(position, AT);
      bytes.set(this.#bytes.subarray(at, at + length), head);
      this.#table[(position % this.#rows) * COLUMNS + AT] = head;
      head += length;
    }
    this.#bytes = bytes;
    this.#head = head;
  }
}
