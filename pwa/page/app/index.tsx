import './style.css';
import { ChartPanel } from '../chart-panel/index.tsx';
import { Header } from '../header/index.tsx';
import { later } from '../later.ts';
import { Quote } from '../quote/index.tsx';
import { link } from '../state.ts';
import { TokenForm } from '../token-form/index.tsx';
import { Toolbar } from '../toolbar/index.tsx';

export function App() {
  const { Watchlist } = later.value ?? {};
  return (
    <>
      <Header />
      {link.value.phase === 'locked' ? (
        <main class="locked">
          <TokenForm />
        </main>
      ) : (
        <main class="desk">
          <Quote />
          <Toolbar />
          <ChartPanel />
          {Watchlist && <Watchlist />}
        </main>
      )}
    </>
  );
}
