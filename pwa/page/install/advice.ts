/** What the browser lets one do about installing the page. */
export interface InstallSituation {
  readonly isInstalled: boolean;
  /** The browser has offered to ask. */
  readonly hasOffer: boolean;
  /** Whether this is https, or this machine itself. */
  readonly isSecure: boolean;
  readonly isIos: boolean;
}

export type InstallAdvice = 'installed' | 'ask' | 'share-sheet' | 'browser-menu' | 'insecure';

export function installAdvice({ isInstalled, hasOffer, isSecure, isIos }: InstallSituation): InstallAdvice {
  if (isInstalled) return 'installed';
  if (hasOffer) return 'ask';
  if (!isSecure) return 'insecure';
  return isIos ? 'share-sheet' : 'browser-menu';
}

/** An iPad calls itself a Mac; Macs have no touchscreen. */
export function isIos(userAgent: string, touchPoints: number): boolean {
  return /\biP(?:hone|ad|od)\b/.test(userAgent) || (/\bMacintosh\b/.test(userAgent) && touchPoints > 1);
}
