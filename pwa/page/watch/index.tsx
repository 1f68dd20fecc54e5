import './style.css';
import { useSignal } from '@preact/signals';
import { shortName } from '../short-name.ts';
import { symbol } from '../state.ts';
import type { Pick } from '../storage.ts';
import { Editor } from './editor.tsx';
import { isAway } from './follow.ts';
import { onListKey } from './keys.ts';
import { RowView } from './row-view.tsx';
import { rowOf } from './rows.ts';
import { removed, undo } from './undo.ts';
import { watched } from './watched.ts';

/** The symbols one wants to see together. */
export function Watchlist() {
  const isEditing = useSignal(false);
  const { value: list } = watched;
  return (
    <section class="watch" aria-labelledby="watch-title">
      <div class="watch-head">
        <h2 id="watch-title">Watchlist</h2>
        {list.length > 0 && (
          <button
            type="button"
            class="watch-edit"
            aria-pressed={isEditing}
            onClick={() => {
              isEditing.value = !isEditing.value;
            }}
          >
            {isEditing.value ? 'Done' : 'Edit'}
          </button>
        )}
      </div>
      {list.length === 0 ? (
        <p class="watch-empty">
          Tap the star beside {symbol.value === '' ? 'a symbol' : <b>{shortName(symbol.value)}</b>} to keep it here,
          with its price.
        </p>
      ) : (
        <ul class="watch-list" onKeyDown={onListKey}>
          {list.map((entry) => (
            <li key={entry.symbol}>{isEditing.value ? <Editor entry={entry} /> : <Shown entry={entry} />}</li>
          ))}
        </ul>
      )}
      <p class="watch-undo" role="status">
        {removed.value && (
          <>
            <span>{shortName(removed.value.entry.symbol)} was taken off the list.</span>{' '}
            <button type="button" onClick={undo}>
              Undo
            </button>
          </>
        )}
      </p>
    </section>
  );
}

function Shown({ entry }: { readonly entry: Pick }) {
  return <RowView entry={entry} row={rowOf(entry.symbol)} isAway={isAway.value} />;
}
