import './style.css';
import type { Colours, Theme } from '../../../look/look.ts';
import { aloud, readAloud } from '../../aloud/aloud.ts';
import { Sheet } from '../../sheet/index.tsx';
import { feed } from '../../state.ts';
import { chooseLook, look } from '../look.ts';
import { Choice } from './choice.tsx';
import { InstallHelp } from './install-help.tsx';

declare global {
  /** The version of the page; the build writes it in. */
  var TICKCAST_VERSION: string;
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];
const COLOURS: readonly (readonly [Colours, string])[] = [
  ['green-red', 'Green and red'],
  ['blue-orange', 'Blue and orange'],
];
const FEEDS = { simulated: 'Simulated prices', finnhub: 'Live from Finnhub' } as const;

export function MenuPanel({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet class="menu" title="Menu" onClose={onClose}>
      <Choice
        legend="Theme"
        name="theme"
        options={THEMES}
        chosen={look.value.theme}
        onChoose={(theme) => chooseLook({ theme })}
      />
      <Choice
        legend="Rising and falling"
        name="colours"
        options={COLOURS}
        chosen={look.value.colours}
        onChoose={(colours) => chooseLook({ colours })}
      />
      <section class="menu-group" aria-labelledby="menu-listen">
        <h3 id="menu-listen">Listen</h3>
        <label class="menu-switch">
          <span>Read the price aloud</span>
          <input
            type="checkbox"
            role="switch"
            checked={aloud.value}
            aria-checked={aloud.value}
            aria-describedby="menu-aloud"
            onChange={(event) => readAloud(event.currentTarget.checked)}
          />
        </label>
        <p id="menu-aloud" class="sheet-hint">
          For screen readers: the price and which way it went, every 10 seconds at most.
        </p>
      </section>
      <InstallHelp />
      <section class="menu-group" aria-labelledby="menu-about">
        <h3 id="menu-about">About</h3>
        <p>
          Tickcast {globalThis.TICKCAST_VERSION}
          {feed.value && ` · ${FEEDS[feed.value]}`}
        </p>
        <p>
          <a href="/api/status" target="_blank" rel="noopener">
            Status of the server
          </a>
        </p>
      </section>
    </Sheet>
  );
}
