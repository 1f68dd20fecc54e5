import type { ComponentChildren } from 'preact';
import { type InstallAdvice, installAdvice, isIos } from '../../install/advice.ts';
import { install, isInstalled, offer } from '../../install/offer.ts';

const HELP: Readonly<Record<InstallAdvice, ComponentChildren>> = {
  installed: <p>Tickcast is installed on this device.</p>,
  ask: (
    <button type="button" class="menu-install" onClick={install}>
      Install Tickcast
    </button>
  ),
  'share-sheet': (
    <ol>
      <li>Tap Share.</li>
      <li>Tap “Add to Home Screen”.</li>
    </ol>
  ),
  'browser-menu': <p>Use your browser’s menu: “Install app” or “Add to Home screen”.</p>,
  insecure: (
    <>
      <p>Cannot be installed from here.</p>
      <p class="sheet-hint">
        A phone installs apps over https only. This address is plain http. Start Tickcast with <code>--phone</code>, or
        put it behind https: see docs/PHONE.md.
      </p>
    </>
  ),
};

/** How the page gets onto the home screen, as far as this browser lets it. */
export function InstallHelp() {
  const advice = installAdvice({
    isInstalled: isInstalled.value,
    hasOffer: offer.value !== undefined,
    isSecure: isSecureContext,
    isIos: isIos(navigator.userAgent, navigator.maxTouchPoints),
  });
  return (
    <section class="menu-group" aria-labelledby="menu-install">
      <h3 id="menu-install">Install</h3>
      {HELP[advice]}
    </section>
  );
}
