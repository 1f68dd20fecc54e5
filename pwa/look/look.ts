/** What the page looks like, as its reader has chosen it. */
export interface Look {
  readonly theme: Theme;
  readonly colours: Colours;
}

export type Theme = 'system' | 'light' | 'dark';
/** Of rises and falls. */
export type Colours = 'green-red' | 'blue-orange';

export function themeOf(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}

export function coloursOf(text: string | null): Colours {
  return text === 'blue-orange' ? text : 'green-red';
}

/** The media query by which what is meant for `scheme` counts. */
export function mediaOf(scheme: 'light' | 'dark', theme: Theme): string {
  if (theme === 'system') return `(prefers-color-scheme: ${scheme})`;
  return theme === scheme ? 'all' : 'not all';
}
