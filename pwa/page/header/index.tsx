import './style.css';
import { Connection } from '../connection/index.tsx';
import { InstallButton } from '../install/button.tsx';
import { MenuButton } from '../menu/index.tsx';
import { SearchBox } from '../search-box/index.tsx';
import { link } from '../state.ts';

export function Header() {
  return (
    <header class="header">
      <div class="brand">
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
          <path class="brand-line" d="M4 20.5h5l3.6-9.5 5.2 13 3.8-8.5h2.4" />
          <circle class="brand-dot" cx="26.4" cy="15.5" r="2.6" />
        </svg>
        <span class="brand-name">Tickcast</span>
      </div>
      {link.value.phase !== 'locked' && <SearchBox />}
      <Connection />
      <div class="header-end">
        <InstallButton />
        <MenuButton />
      </div>
    </header>
  );
}
