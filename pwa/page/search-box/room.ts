/** Between the panel and the keyboard, CSS pixels. */
const MARGIN_PX = 8;
/** Less than this shows no row at all: then the panel rather reaches below the keyboard, and can be scrolled. */
const LEAST_PX = 120;

/** The part of the page that is seen: a phone's keyboard takes from its height, a zoom moves it. */
export interface Seen {
  readonly height: number;
  readonly offsetTop: number;
}

/** How high a panel may be that begins `top` below the upper edge of the page's own window, CSS pixels. */
export function roomBelow(top: number, { height, offsetTop }: Seen): number {
  return Math.max(LEAST_PX, Math.floor(height + offsetTop - top - MARGIN_PX));
}

/** Keeps `panel` above the keyboard as long as it is open. The answer ends that. */
export function fitAboveKeyboard(panel: HTMLElement): () => void {
  const seen = window.visualViewport;
  if (!seen) return () => undefined;
  const resize = (): void => {
    panel.style.setProperty('--room', `${roomBelow(panel.getBoundingClientRect().top, seen)}px`);
  };
  resize();
  seen.addEventListener('resize', resize);
  seen.addEventListener('scroll', resize);
  return () => {
    seen.removeEventListener('resize', resize);
    seen.removeEventListener('scroll', resize);
  };
}
