import { coloursOf, type Look, mediaOf, themeOf } from './look.ts';

const THEME_KEY = 'tickcast.theme';
const COLOURS_KEY = 'tickcast.colours';

/** The choice that was kept; a browser that denies storage has none. */
export function keptLook(): Look {
  try {
    return { theme: themeOf(localStorage.getItem(THEME_KEY)), colours: coloursOf(localStorage.getItem(COLOURS_KEY)) };
  } catch {
    return { theme: themeOf(null), colours: coloursOf(null) };
  }
}

export function keepLook({ theme, colours }: Look): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
    localStorage.setItem(COLOURS_KEY, colours);
  } catch {
    return;
  }
}

/** Switches the style sheet of the light tokens and the colours of the browser's own bars, which have `data-scheme`. */
export function applyLook({ theme, colours }: Look): void {
  for (const element of document.querySelectorAll('[data-scheme]')) {
    const scheme = element.getAttribute('data-scheme') === 'light' ? 'light' : 'dark';
    element.setAttribute('media', mediaOf(scheme, theme));
  }
  const scheme = document.querySelector('meta[name="color-scheme"]');
  scheme?.setAttribute('content', theme === 'system' ? 'dark light' : theme);
  document.documentElement.dataset.colours = colours;
}
