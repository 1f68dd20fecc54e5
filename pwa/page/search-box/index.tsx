import './style.css';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { choose } from '../session.ts';
import { symbol } from '../state.ts';
import { engineState, loadEngine } from './engine.ts';
import { Option } from './option.tsx';
import { resultsFor, type SearchRow } from './results.ts';

const LIST_ID = 'search-list';
const optionId = (index: number): string => `search-option-${index}`;

/** The search: a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const query = useSignal('');
  const open = useSignal(false);
  const active = useSignal(0);
  const results = useComputed(() => (open.value ? resultsFor(query.value) : { rows: [], heading: '' }));

  useEffect(() => focusOnSlash(input.current), []);
  useEffect(() => {
    const close = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);

  function show(): void {
    open.value = true;
    active.value = 0;
    loadEngine();
  }

  function pick(row: SearchRow): void {
    open.value = false;
    query.value = '';
    input.current?.blur();
    choose(row.symbol, row.description);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { rows } = results.value;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!open.value) {
          show();
          return;
        }
        const step = event.key === 'ArrowDown' ? 1 : rows.length - 1;
        active.value = rows.length === 0 ? 0 : (active.value + step) % rows.length;
        document.getElementById(optionId(active.value))?.scrollIntoView({ block: 'nearest' });
        return;
      }
      case 'Enter': {
        event.preventDefault();
        const row = rows[active.value];
        if (open.value && row) pick(row);
        return;
      }
      case 'Escape':
        event.preventDefault();
        if (query.value === '') input.current?.blur();
        query.value = '';
        open.value = false;
        return;
      case 'Tab':
        open.value = false;
    }
  }

  const { rows, heading } = results.value;
  const expanded = open.value && rows.length > 0;
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
        aria-autocomplete="list"
        aria-expanded={expanded}
        aria-controls={LIST_ID}
        aria-activedescendant={expanded ? optionId(active.value) : undefined}
        autocomplete="off"
        autocapitalize="off"
        autocorrect="off"
        spellcheck={false}
        enterkeyhint="go"
        placeholder="Search symbol or name"
        value={query}
        onFocus={show}
        onClick={show}
        onInput={(event) => {
          query.value = event.currentTarget.value;
          show();
        }}
        onKeyDown={onKeyDown}
      />
      <span class="search-key" aria-hidden="true">
        /
      </span>
      <div class={open.value ? 'search-panel' : 'search-panel closed'}>
        <p class="search-heading" role="status">
          {heading}
        </p>
        <div id={LIST_ID} role="listbox" aria-label="Symbols">
          {rows.map((row, index) => (
            <Option
              key={row.symbol}
              id={optionId(index)}
              row={row}
              active={index === active.value}
              current={row.symbol === symbol.value}
              onPick={pick}
            />
          ))}
        </div>
        {engineState.value === 'failed' && (
          <p class="search-heading" role="alert">
            The list of symbols could not be loaded. Type a whole symbol, such as AAPL.
          </p>
        )}
      </div>
    </div>
  );
}

/** `/` moves the focus to the search from anywhere but another field. */
function focusOnSlash(input: HTMLInputElement | null): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    input?.focus();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
