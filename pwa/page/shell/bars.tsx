import { useSignal } from '@preact/signals';
import { install, isDismissed, offer } from '../install/offer.ts';
import { Cross } from '../sheet/cross.tsx';
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
            <Cross
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
          <Cross
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
