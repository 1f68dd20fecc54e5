import { signal } from '@preact/signals';
import { isJsonObject } from '../../../src/protocol/json.ts';
import { isSymbol } from '../../../src/protocol/symbols.ts';
import { SHOW_SYMBOL } from '../../sw/messages.ts';
import { choose } from '../session.ts';
import { type Alert, isSame } from './alerts.ts';

/** Alerts that were reached while this page was open, and that nobody has put away yet; the newest last. */
export const told = signal<readonly Alert[]>([]);
/** What the browser says to notifications: `unsupported` where it has none. */
export const permission = signal(permissionNow());

/** Asks once, and only where somebody has just asked to be told. */
export async function askToNotify(): Promise<void> {
  if (permission.peek() !== 'default') return;
  try {
    await Notification.requestPermission();
  } catch {
    // What cannot be asked stays as it is; the page tells it itself.
  }
  permission.value = permissionNow();
}

/** Tells it on the page, and by the system where that is allowed. */
export async function notify(
  alert: Alert,
  { title, detail }: { readonly title: string; readonly detail: string },
): Promise<void> {
  told.value = [...told.peek().filter((other) => !isSame(other, alert)), alert];
  if (permissionNow() !== 'granted') return;
  const data = { symbol: alert.symbol };
  // Of several tabs each tells it, and one is shown.
  const tag = `${alert.symbol} ${alert.side} ${alert.price}`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="apple-touch-icon"]')?.href ?? '';
  try {
    // Phones have them from service workers only.
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration?.active) await registration.showNotification(title, { body: detail, tag, icon, data });
    else new Notification(title, { body: detail, tag, icon });
  } catch {
    // The page has told it already.
  }
}

/** Whoever taps a notification sees its symbol. */
export function startNotifications(): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  workers?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isJsonObject(data) && data.type === SHOW_SYMBOL && isSymbol(data.symbol)) choose(data.symbol);
  });
}

function permissionNow(): NotificationPermission | 'unsupported' {
  return 'Notification' in globalThis ? Notification.permission : 'unsupported';
}
