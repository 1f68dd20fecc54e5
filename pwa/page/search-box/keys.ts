/** A key as it was pressed in the field. */
export interface KeyPress {
  readonly key: string;
  readonly alt: boolean;
  /** With one of these it is the field's own: Shift selects, the others are the system's. */
  readonly shift: boolean;
  readonly control: boolean;
  /** It belongs to an input method, such as one for Japanese: Enter then takes its proposal. */
  readonly composing: boolean;
}

export interface BoxState {
  readonly isOpen: boolean;
  readonly rows: number;
  /** The row that is pointed to, −1: none. */
  readonly active: number;
  /** Nothing is typed. */
  readonly isEmpty: boolean;
  /** Arrows have led into the list: Home and End mean the list. */
  readonly isInList: boolean;
  /** Where the caret stands. At the beginning of the text Home has nothing to do in it, at the end End. */
  readonly caretAtStart: boolean;
  readonly caretAtEnd: boolean;
}

export type BoxAction =
  | { readonly type: 'open'; readonly at: 'first' | 'last' | 'none' }
  | { readonly type: 'move'; readonly to: number }
  | { readonly type: 'pick' }
  | { readonly type: 'close' }
  /** Tab: closes, and the focus goes on as ever. */
  | { readonly type: 'leave' }
  | { readonly type: 'clear' }
  /** Gives the keyboard back to the page. */
  | { readonly type: 'blur' };

/** What a key does, by https://www.w3.org/WAI/ARIA/apg/patterns/combobox/; `undefined`: what it always does in a field. */
export function actionOf(press: KeyPress, box: BoxState): BoxAction | undefined {
  if (press.composing || press.control) return undefined;
  if (press.alt) return withAlt(press.key, box);
  if (press.shift) return press.key === 'Tab' && box.isOpen ? { type: 'leave' } : undefined;
  const last = box.rows - 1;
  switch (press.key) {
    case 'ArrowDown':
      if (!box.isOpen) return { type: 'open', at: 'first' };
      return { type: 'move', to: box.active >= last ? Math.min(0, last) : box.active + 1 };
    case 'ArrowUp':
      if (!box.isOpen) return { type: 'open', at: 'last' };
      return { type: 'move', to: box.active <= 0 ? last : box.active - 1 };
    case 'Home':
      return inList(box, box.caretAtStart) ? { type: 'move', to: 0 } : undefined;
    case 'End':
      return inList(box, box.caretAtEnd) ? { type: 'move', to: last } : undefined;
    case 'Enter':
      if (box.isOpen) return { type: 'pick' };
      return { type: 'open', at: 'none' };
    case 'Escape':
      if (box.isOpen) return { type: 'close' };
      return box.isEmpty ? { type: 'blur' } : { type: 'clear' };
    case 'Tab':
      return box.isOpen ? { type: 'leave' } : undefined;
    default:
      return undefined;
  }
}

function withAlt(key: string, { isOpen }: BoxState): BoxAction | undefined {
  if (key === 'ArrowDown' && !isOpen) return { type: 'open', at: 'none' };
  if (key === 'ArrowUp' && isOpen) return { type: 'close' };
  return undefined;
}

/** The caret goes first as far as it can: then Home and End are the list's. */
function inList({ isOpen, rows, isInList }: BoxState, caretIsThere: boolean): boolean {
  return isOpen && rows > 0 && (isInList || caretIsThere);
}
