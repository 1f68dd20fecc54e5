import './style.css';
import { useSignal } from '@preact/signals';
import { alerts } from '../../alerts/alerts.ts';
import { AlertPanel } from '../../alerts/index.tsx';
import { name, symbol } from '../../state.ts';
import { isWatched, toggleWatched } from '../../watch/watched.ts';

/** Beside the name of the symbol on show: keep it on the watchlist, be told of a price. */
export function SymbolTools() {
  const open = useSignal(false);
  const isOn = isWatched(symbol.value);
  const waiting = alerts.value.filter((alert) => alert.symbol === symbol.value && !alert.reached).length;
  return (
    <>
      <button
        type="button"
        class="symbol-tool"
        aria-label="On the watchlist"
        title={isOn ? 'Take off the watchlist' : 'Put on the watchlist'}
        aria-pressed={isOn}
        onClick={() => toggleWatched({ symbol: symbol.peek(), description: name.peek() })}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="m10 2.8 2.2 4.6 5 .7-3.6 3.5.9 5-4.5-2.4-4.5 2.4.9-5-3.6-3.5 5-.7z" />
        </svg>
      </button>
      <button
        type="button"
        class="symbol-tool"
        aria-label={waiting === 0 ? 'Alert' : `Alert, ${waiting} set`}
        title="Tell me when a price is reached"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          open.value = true;
        }}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.7 5.2-1.7 5.2h12.4s-1.7-1.2-1.7-5.2A4.5 4.5 0 0 0 10 3zM8.5 15.7a1.6 1.6 0 0 0 3 0" />
        </svg>
        {waiting > 0 && <span class="symbol-count">{waiting}</span>}
      </button>
      {open.value && (
        <AlertPanel
          onClose={() => {
            open.value = false;
          }}
        />
      )}
    </>
  );
}
