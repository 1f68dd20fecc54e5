import './style.css';
import { render } from 'preact';
import { Aloud } from '../aloud/index.tsx';
import { Bars } from './bars.tsx';
import { startUpdates } from './updates.ts';

export { MenuPanel } from './menu/index.tsx';

/** What makes an installable page of it, beside the page itself. */
export function startShell(): void {
  const root = document.getElementById('shell');
  if (!root) throw new Error('the page has no #shell');
  render(
    <>
      <Bars />
      <Aloud />
    </>,
    root,
  );
  void startUpdates();
}
