import './style.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { exactPrice } from '../../chart/precision.ts';
import { Cross } from '../sheet/cross.tsx';
import { Sheet } from '../sheet/index.tsx';
import { shortName } from '../short-name.ts';
import { last, symbol, tape } from '../state.ts';
import { type Alert, alerts, isReached, type Side } from './alerts.ts';
import { addAlert, alertWords, removeAlert } from './keep.ts';
import { askToNotify, permission } from './notify.ts';
import { priceIn } from './price.ts';

/** At which price of the symbol on show one wants to be told. */
export function AlertPanel({ onClose }: { readonly onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const problem = useSignal('');
  // It is a price to begin with; it must not move while somebody changes it.
  const price = useSignal(last.peek() ? exactPrice(last.peek()?.p ?? 0, tape.peek().decimals) : '');
  useEffect(() => field.current?.select(), []);

  const mine = alerts.value.filter((alert) => alert.symbol === symbol.value);

  function set(side: Side): void {
    problem.value = problemWith(price.peek(), side) ?? '';
    const wanted = priceIn(price.peek());
    if (problem.peek() !== '' || wanted === undefined) {
      field.current?.focus();
      return;
    }
    addAlert({ symbol: symbol.peek(), side, price: wanted, reached: undefined });
    void askToNotify();
  }

  return (
    <Sheet class="alert" title={`Tell me when ${shortName(symbol.value)} is`} onClose={onClose}>
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
      <p class="sheet-hint">{permissionWords()}</p>
    </Sheet>
  );
}

/** Why no alert can be set at what is written; an alert that is reached already would be told at once, which nobody wants. */
function problemWith(text: string, side: Side): string | undefined {
  const price = priceIn(text);
  if (price === undefined) return 'Not a price: write it like 123.45.';
  const now = last.peek()?.p;
  const isBeyond = now !== undefined && isReached({ side, price }, { low: now, high: now });
  return isBeyond ? `The price is ${side} that already.` : undefined;
}

function Line({ alert }: { readonly alert: Alert }) {
  const { title, detail } = alertWords(alert);
  return (
    <li>
      <span>
        {title}
        {detail !== '' && <span class="sheet-hint">: {detail}</span>}
      </span>
      <Cross label={`Remove: ${title}`} onClick={() => removeAlert(alert)} />
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
