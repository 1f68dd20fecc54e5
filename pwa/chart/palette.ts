/** The chart's colours and type, from the page's design tokens: a canvas cannot use them by itself. */
export interface Palette {
  readonly line: string;
  readonly fillTop: string;
  readonly fillBottom: string;
  readonly up: string;
  readonly down: string;
  readonly volume: string;
  readonly grid: string;
  readonly label: string;
  readonly onLine: string;
  readonly text: string;
  readonly tag: string;
  readonly surface: string;
  readonly gap: string;
  readonly gapLabel: string;
  readonly badge: string;
  readonly badgeText: string;
  readonly watermark: string;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: token('--line'),
    fillTop: token('--line-fill'),
    fillBottom: token('--line-fill-end'),
    up: token('--up'),
    down: token('--down'),
    volume: token('--volume'),
    grid: token('--grid'),
    label: token('--text-muted'),
    onLine: token('--on-line'),
    text: token('--text'),
    tag: token('--tag'),
    surface: token('--surface'),
    gap: token('--gap'),
    gapLabel: token('--text-muted'),
    badge: token('--simulated'),
    badgeText: token('--on-simulated'),
    watermark: token('--watermark'),
    font: style.fontFamily,
  };
}
