import { signal } from '@preact/signals';
import { isInstallDismissed } from '../storage.ts';

/** The browser's offer to install the page: https://developer.mozilla.org/docs/Web/API/BeforeInstallPromptEvent */
interface InstallOffer extends Event {
  readonly prompt: () => Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

/** Where the browser lets the page ask. */
export const offer = signal<InstallOffer | undefined>(undefined);
export const isInstalled = signal(false);
/** Nobody wants to be asked outside of the menu any more. */
export const isDismissed = signal(isInstallDismissed());

/** Keeps the browser's offer for a button of the page's own. It comes once, and maybe before anything is drawn. */
export function watchOffers(): void {
  isInstalled.value = matchMedia('(display-mode: standalone)').matches || isOnHomeScreen();
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer.value = event as InstallOffer;
  });
  addEventListener('appinstalled', () => {
    isInstalled.value = true;
    offer.value = undefined;
  });
}

/** Opens the browser's own dialog. An offer can be taken once: after a no the browser makes another one when it likes. */
export async function install(): Promise<void> {
  const { value } = offer;
  offer.value = undefined;
  await value?.prompt();
}

/** Safari's word for it. */
function isOnHomeScreen(): boolean {
  return 'standalone' in navigator && navigator.standalone === true;
}
