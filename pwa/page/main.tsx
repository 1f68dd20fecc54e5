import './base.css';
import { render } from 'preact';
import { App } from './app/index.tsx';
import { enter } from './entry.ts';
import { startFinder } from './finder/finder.ts';
import { startNames } from './names.ts';
import { startClock } from './refresh.ts';

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');
enter();
startClock();
startFinder();
startNames();
render(<App />, root);
