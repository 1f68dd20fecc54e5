import type { Market } from '../../../src/protocol/symbols.ts';
import type { SearchRow } from './results.ts';

const MARKETS: Readonly<Record<Market, string>> = { us: 'US', forex: 'Forex', crypto: 'Crypto', other: 'Other' };

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
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: a combobox's options are pointed to by aria-activedescendant, never focused
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox's field handles the keys
    <div
      id={id}
      role="option"
      aria-selected={active}
      class={active ? 'option active' : 'option'}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onPick(row)}
    >
      <span class="option-text">
        <span class="option-name">{row.anyway ? `Watch ${row.symbol} anyway` : row.description || row.symbol}</span>
        <span class="option-symbol">{row.anyway ? 'Not in the list of symbols' : row.symbol}</span>
      </span>
      <span class="option-market">{current ? 'On show' : MARKETS[row.market]}</span>
    </div>
  );
}
