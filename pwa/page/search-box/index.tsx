import './style.css';
import { batch, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ensureNever } from '../../../src/protocol/brand.ts';
import { ask, found, list, wake } from '../finder/finder.ts';
import { choose } from '../session.ts';
import { recent, symbol } from '../state.ts';
import { Announcer } from './announcer.tsx';
import { actionOf, type BoxAction } from './keys.ts';
import { Option } from './option.tsx';
import { resultsFor, type SearchRow } from './results.ts';
import { fitAboveKeyboard } from './room.ts';
import { focusOnSlash } from './slash.ts';

const LIST_ID = 'search-list';
const optionId = (index: number): string => `search-option-${index}`;
const NOTE_ID = 'search-note';
/** What a key that an input method has taken counts as. Safari says so, and no longer `isComposing`, of the Enter that ends it. */
const INPUT_METHOD_KEY_CODE = 229;

/** The search: a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/); docs/SEARCH.md says why our own. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const query = useSignal('');
  const open = useSignal(false);
  /** The row that is pointed to; −1: none. */
  const active = useSignal(-1);
  /** Arrows have led into the list. */
  const inList = useSignal(false);
  /** Enter was pressed before the answer to these letters came: its first row is picked then. */
  const pickNext = useSignal(false);
  const results = useComputed(() =>
    resultsFor({
      query: query.value,
      list: list.value,
      found: found.value,
      recent: recent.value,
      now: Date.now(),
    }),
  );

  useEffect(() => (input.current ? focusOnSlash(input.current) : undefined), []);
  useEffect(() => {
    const close = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);
  useSignalEffect(() => (open.value && panel.current ? fitAboveKeyboard(panel.current) : undefined));
  useSignalEffect(() => {
    const { rows, isPending } = results.value;
    const row = rows[0];
    if (!pickNext.value || isPending) return;
    pickNext.value = false;
    if (row) pick(row);
  });

  function show(at: number): void {
    if (!open.peek()) wake();
    batch(() => {
      open.value = true;
      active.value = at;
      inList.value = false;
    });
  }

  /** The best row is pointed to once there are letters, so that Enter takes it. */
  function best(): number {
    return query.peek().trim() === '' ? -1 : 0;
  }

  function type(text: string): void {
    batch(() => {
      query.value = text;
      pickNext.value = false;
      show(best());
    });
    ask(text.trim());
  }

  function close(): void {
    open.value = false;
    pickNext.value = false;
  }

  function pick(row: SearchRow): void {
    batch(() => {
      close();
      query.value = '';
    });
    input.current?.blur();
    choose(row.symbol, row.description);
  }

  function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const action = actionOf(
      {
        key: event.key,
        alt: event.altKey,
        shift: event.shiftKey,
        control: event.ctrlKey || event.metaKey,
        composing: event.isComposing || event.keyCode === INPUT_METHOD_KEY_CODE,
      },
      {
        isOpen: open.value,
        rows: results.value.rows.length,
        active: active.value,
        isEmpty: query.value === '',
        isInList: inList.value,
        caretAtStart: selectionEnd === 0,
        caretAtEnd: selectionStart === value.length,
      },
    );
    if (!action) return;
    if (action.type !== 'leave') event.preventDefault();
    act(action);
  }

  function act(action: BoxAction): void {
    switch (action.type) {
      case 'open': {
        const { length } = results.value.rows;
        show(action.at === 'none' ? best() : action.at === 'first' ? 0 : length - 1);
        return;
      }
      case 'move':
        active.value = action.to;
        inList.value = true;
        document.getElementById(optionId(action.to))?.scrollIntoView({ block: 'nearest' });
        return;
      case 'pick': {
        const row = results.value.rows[active.value];
        if (results.value.isPending && !inList.value) pickNext.value = true;
        else if (row) pick(row);
        return;
      }
      case 'close':
      case 'leave':
        close();
        return;
      case 'clear':
        query.value = '';
        return;
      case 'blur':
        input.current?.blur();
        return;
      default:
        ensureNever(action);
    }
  }

  const { rows, heading, note, said } = results.value;
  const expanded = open.value && rows.length > 0;
  const at = Math.min(active.value, rows.length - 1);
  return (
    <div class="search" ref={box}>
      <svg class="search-icon" viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="8.5" cy="8.5" r="5.5" />
        <path d="m13 13 4.5 4.5" />
      </svg>
      <input
        ref={input}
        class="search-input"
        type="text"
        inputMode="search"
        role="combobox"
        aria-label="Search a symbol or name"
        aria-keyshortcuts="/"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-expanded={expanded}
        aria-controls={LIST_ID}
        aria-describedby={note === '' ? undefined : NOTE_ID}
        aria-activedescendant={expanded && at >= 0 ? optionId(at) : undefined}
        autocomplete="off"
        autocapitalize="off"
        autocorrect="off"
        spellcheck={false}
        enterkeyhint="go"
        placeholder="Symbol or name"
        value={query}
        onFocus={() => show(best())}
        onClick={() => {
          if (!open.value) show(best());
        }}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="search-key" aria-hidden="true">
        /
      </span>
      <div ref={panel} class={open.value ? 'search-panel' : 'search-panel closed'}>
        {heading !== '' && <p class="search-heading">{heading}</p>}
        <div
          id={LIST_ID}
          class="search-list"
          role="listbox"
          aria-label={heading === 'Recent' ? 'Recent' : 'Symbols'}
          hidden={rows.length === 0}
        >
          {rows.map((row, index) => (
            <Option
              key={row.symbol}
              id={optionId(index)}
              row={row}
              active={index === at}
              current={row.symbol === symbol.value}
              onPick={pick}
            />
          ))}
        </div>
        {note !== '' && (
          <p id={NOTE_ID} class="search-note">
            {note}
          </p>
        )}
      </div>
      <Announcer text={open.value ? said : ''} />
    </div>
  );
}
