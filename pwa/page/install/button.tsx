import './style.css';
import { install, isDismissed, offer } from './offer.ts';

/** Beside the menu on a desk; a phone has a line of its own (../shell/bars.tsx). */
export function InstallButton() {
  if (!offer.value || isDismissed.value) return null;
  return (
    <button type="button" class="install-button" onClick={install}>
      Install
    </button>
  );
}
