import './base.css';
import { render } from 'preact';
import { isSearchAddress } from './address.ts';
import { App } from './app/index.tsx';
import { enter } from './entry.ts';
import { startFinder } from './finder/finder.ts';
import { watchOffers } from './install/offer.ts';
import { startNames } from './names.ts';
import { startClock } from './refresh.ts';

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');
const wantsSearch = isSearchAddress(location.search);
watchOffers();
enter();
startClock();
startFinder();
startNames();
render(<App />, root);
if (wantsSearch) root.querySelector<HTMLElement>('.search-input')?.focus();
// What is not needed to show a price comes when everything else is here. Without it the page still works.
addEventListener('load', () => {
  import('./shell/index.tsx').then(
    ({ startShell }) => startShell(),
    () => undefined,
  );
});
