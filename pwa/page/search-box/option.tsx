import { Marked } from './marked.tsx';
import type { SearchRow } from './results.ts';

interface OptionProps {
  readonly id: string;
  readonly row: SearchRow;
  readonly active: boolean;
  /** Whether this is the symbol on show. */
  readonly current: boolean;
  readonly onPick: (row: SearchRow) => void;
}

/** One row of the list. The focus stays in the search field, which names the active row. */
export function Option({ id, row, active, current, onPick }: OptionProps) {
  const { symbol, description, about, marks, anyway } = row;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: a combobox's options are pointed to by aria-activedescendant, never focused
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox's field handles the keys
    <div
      id={id}
      role="option"
      aria-selected={active}
      class={`option${active ? ' active' : ''}${current ? ' current' : ''}`}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onPick(row)}
    >
      <span class="option-name">
        {anyway ? `Watch ${symbol} anyway` : <Marked text={description || symbol} marks={marks.description} />}
      </span>{' '}
      {current && <span class="option-current">On show</span>}{' '}
      {!anyway && (
        <span class="option-symbol">
          <Marked text={symbol} marks={marks.symbol} />
        </span>
      )}{' '}
      <span class="option-about">{about}</span>
    </div>
  );
}
