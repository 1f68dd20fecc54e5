import { useSignal } from '@preact/signals';
import { install, isDismissed, offer } from '../install/offer.ts';
import { dismissInstall } from '../storage.ts';
import { takeOver, waiting } from './updates.ts';

/** What the page offers, at its lower edge; one thing at a time. */
export function Bars() {
  const later = useSignal<ServiceWorker | undefined>(undefined);
  const worker = waiting.value;
  const isUpdate = worker !== undefined && worker !== later.value;
  const isInstall = !isUpdate && offer.value !== undefined && !isDismissed.value;
  return (
    <>
      <div role="status">
        {isUpdate && (
          <div class="bar">
            <span class="bar-text">New version</span>
            <button type="button" class="bar-action" onClick={() => takeOver(worker)}>
              Reload
            </button>
            <Dismiss
              label="Later"
              onClick={() => {
                later.value = worker;
              }}
            />
          </div>
        )}
      </div>
      {isInstall && (
        <section class="bar bar-install" aria-label="Install">
          <span class="bar-text">Tickcast on your home screen</span>
          <button type="button" class="bar-action" onClick={install}>
            Install
          </button>
          <Dismiss
            label="Do not offer again"
            onClick={() => {
              isDismissed.value = true;
              dismissInstall();
            }}
          />
        </section>
      )}
    </>
  );
}

function Dismiss({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="bar-dismiss" aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="m5 5 10 10M15 5 5 15" />
      </svg>
    </button>
  );
}
