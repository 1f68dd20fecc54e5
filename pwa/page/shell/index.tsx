import './style.css';
import { render } from 'preact';
import { hear, startAlerts } from '../alerts/keep.ts';
import { startNotifications } from '../alerts/notify.ts';
import { Told } from '../alerts/told.tsx';
import { Aloud } from '../aloud/index.tsx';
import { startKeeping } from '../kept/keep.ts';
import { later } from '../later.ts';
import { startFollowing } from '../watch/follow.ts';
import { Watchlist } from '../watch/index.tsx';
import { startWatched } from '../watch/watched.ts';
import { Bars } from './bars.tsx';
import { SymbolTools } from './symbol-tools/index.tsx';
import { startUpdates } from './updates.ts';

export { restoreTape } from '../kept/restore.ts';
export { MenuPanel } from './menu/index.tsx';

/** What makes an app of the page: the watchlist, alerts, updates. */
export function startShell(): void {
  const root = document.getElementById('shell');
  if (!root) throw new Error('the page has no #shell');
  render(
    <>
      <Told />
      <Bars />
      <Aloud />
    </>,
    root,
  );
  startWatched();
  startAlerts();
  startFollowing(hear);
  startNotifications();
  startKeeping();
  later.value = { Watchlist, SymbolTools };
  void startUpdates();
}
