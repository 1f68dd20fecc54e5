import { signal } from '@preact/signals';
import { TAKE_OVER } from '../../sw/messages.ts';

/** How often a page that stays open asks whether there is a newer version, ms. */
const LOOK_EVERY_MS = 3_600_000;

/** The worker of a newer version, with all its files at hand. */
export const waiting = signal<ServiceWorker | undefined>(undefined);

/** Brings the service worker and watches for newer ones. Only https and this machine itself have any. */
export async function startUpdates(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers) return;
  // The first worker takes this page as it is. Later ones belong to another version of it.
  let isTaken = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    if (isTaken) location.reload();
    isTaken = true;
  });
  let registration: ServiceWorkerRegistration;
  try {
    registration = await workers.register('/sw.js', { updateViaCache: 'none' });
  } catch {
    // Storage is denied, or the server has just gone: the page lives without, and tries again when it is loaded again.
    return;
  }
  follow(registration);
  const look = (): void => {
    registration.update().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look();
  });
  setInterval(look, LOOK_EVERY_MS);
}

/** All open tabs of the page reload once the newer worker has taken over. */
export function takeOver(worker: ServiceWorker): void {
  worker.postMessage(TAKE_OVER);
}

function follow(registration: ServiceWorkerRegistration): void {
  const look = (): void => {
    // The very first one waits for nobody: what waits then is about to be active.
    waiting.value = registration.active ? (registration.waiting ?? undefined) : undefined;
  };
  const watch = (): void => registration.installing?.addEventListener('statechange', look);
  registration.addEventListener('updatefound', watch);
  watch();
  look();
}
