import './style.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { exactPrice } from '../../chart/precision.ts';
import { shortName } from '../short-name.ts';
import { last, symbol, tape } from '../state.ts';
import { type Alert, alerts, isReached, type Side } from './alerts.ts';
import { addAlert, alertWords, removeAlert } from './keep.ts';
import { askToNotify, permission } from './notify.ts';
import { priceIn } from './price.ts';

/** A modal dialog: at which price of the symbol on show one wants to be told. */
export function AlertPanel({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const problem = useSignal('');
  // It is a price to begin with; it must not move while somebody changes it.
  const price = useSignal(last.peek() ? exactPrice(last.peek()?.p ?? 0, tape.peek().decimals) : '');
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);

  const mine = alerts.value.filter((alert) => alert.symbol === symbol.value);

  function set(side: Side): void {
    const wanted = priceIn(price.peek());
    const now = last.peek()?.p;
    if (wanted === undefined) problem.value = 'Not a price: write it like 123.45.';
    else {
      const alert: Alert = { symbol: symbol.peek(), side, price: wanted, reached: undefined };
      // It would be told at once, which nobody wants to be told.
      if (now !== undefined && isReached(alert, { low: now, high: now }))
        problem.value = `The price is ${side} that already.`;
      else {
        problem.value = '';
        addAlert(alert);
        void askToNotify();
        return;
      }
    }
    field.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside the panel does
    <dialog
      ref={dialog}
      class="menu"
      aria-labelledby="alert-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div class="menu-contents">
        <div class="menu-head">
          <h2 id="alert-title">Tell me when {shortName(symbol.value)} is</h2>
          <button type="button" class="menu-close" aria-label="Close" onClick={() => dialog.current?.close()}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="m5 5 10 10M15 5 5 15" />
            </svg>
          </button>
        </div>
        <form
          class="alert-form"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = priceIn(price.peek());
            set(wanted !== undefined && wanted < (last.peek()?.p ?? wanted) ? 'below' : 'above');
          }}
        >
          <input
            ref={field}
            class="alert-price"
            inputMode="decimal"
            autocomplete="off"
            aria-label="Price"
            aria-describedby="alert-problem"
            aria-invalid={problem.value !== ''}
            value={price}
            onInput={({ currentTarget }) => {
              price.value = currentTarget.value;
              problem.value = '';
            }}
          />
          <button type="button" onClick={() => set('above')}>
            <span aria-hidden="true">▲</span> Above
          </button>
          <button type="button" onClick={() => set('below')}>
            <span aria-hidden="true">▼</span> Below
          </button>
          <p id="alert-problem" class="alert-problem" role="alert">
            {problem}
          </p>
        </form>
        {mine.length > 0 && (
          <ul class="alert-list" aria-label="Alerts">
            {mine.map((alert) => (
              <Line key={`${alert.side} ${alert.price}`} alert={alert} />
            ))}
          </ul>
        )}
        <p class="menu-hint">{permissionWords()}</p>
      </div>
    </dialog>
  );
}

function Line({ alert }: { readonly alert: Alert }) {
  const { title, detail } = alertWords(alert);
  return (
    <li>
      <span>
        {title}
        {detail !== '' && <span class="menu-hint">: {detail}</span>}
      </span>
      <button type="button" class="menu-close" aria-label={`Remove: ${title}`} onClick={() => removeAlert(alert)}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="m5 5 10 10M15 5 5 15" />
        </svg>
      </button>
    </li>
  );
}

/** Where it will be told. */
function permissionWords(): string {
  const open = 'as long as Tickcast is open, also in the background';
  switch (permission.value) {
    case 'granted':
      return `By a notification, ${open}.`;
    case 'denied':
      return `On this page, ${open}: this browser has been told not to allow notifications.`;
    case 'unsupported':
      return `On this page, ${open}. Notifications need https, and on an iPhone the installed app.`;
    default:
      return `On this page, ${open}; by a notification too, if you allow it.`;
  }
}
