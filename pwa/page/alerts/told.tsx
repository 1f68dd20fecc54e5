import { choose } from '../session.ts';
import { Cross } from '../sheet/cross.tsx';
import { type Alert, alerts, isSame } from './alerts.ts';
import { alertWords } from './keep.ts';
import { told } from './notify.ts';

/** What was reached, until somebody has seen it: the newest of it. */
export function Told() {
  const shown = told.value.at(-1);
  // As it was kept: with when and at which price.
  const kept = shown && (alerts.value.find((alert) => isSame(alert, shown)) ?? shown);
  return (
    <div role="alert">
      {kept && (
        <div class="bar bar-told">
          <span class="bar-text">
            <b>{alertWords(kept).title}</b> {alertWords(kept).detail}
            {told.value.length > 1 && ` and ${told.value.length - 1} more`}
          </span>
          <button
            type="button"
            class="bar-action"
            onClick={() => {
              dismiss(kept);
              choose(kept.symbol);
            }}
          >
            Show
          </button>
          <Cross label="Dismiss" onClick={() => dismiss(kept)} />
        </div>
      )}
    </div>
  );
}

function dismiss(alert: Alert): void {
  told.value = told.peek().filter((other) => !isSame(other, alert));
}
