/** A bar of the picture; `isOurs` stands out. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly isOurs: boolean;
}

const WIDTH = 760;
const PADDING = 24;
/** A letter of a label has no more than this of its width in the fonts below, the widest among them (measured: 8.4 px). */
const LETTER_WIDTH = 8.6;
/** Between a label and its bar. */
const LABEL_GAP = 12;
/** How much is kept free behind the longest bar for its number. */
const NUMBER_WIDTH = 64;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 34;
const FIRST_ROW = 92;

/**
 * Horizontal bars, the shortest first, as SVG. On a card of its own, since nobody knows what lies behind a picture; dark where
 * the reader likes dark.
 */
export function barsPicture(title: string, subtitle: string, bars: readonly Bar[]): string {
  const sorted = [...bars].sort((a, b) => a.value - b.value);
  const height = FIRST_ROW + sorted.length * ROW_HEIGHT + PADDING - (ROW_HEIGHT - BAR_HEIGHT);
  const most = Math.max(...sorted.map(({ value }) => value));
  const longest = Math.max(...sorted.map(({ label }) => label.length));
  const left = Math.ceil((PADDING + longest * LETTER_WIDTH + LABEL_GAP) / 10) * 10;
  const rows = sorted.map((bar, i) => row(bar, left, FIRST_ROW + i * ROW_HEIGHT, most));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escaped(title)}</title>
<style>
  text { font: 15px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #24292f; }
  .title { font-size: 20px; font-weight: 600; }
  .subtitle { font-size: 13px; fill: #57606a; }
  .card { fill: #ffffff; stroke: #d0d7de; }
  .bar { fill: #a8b3bf; }
  .ours .bar { fill: #0a7d46; }
  .ours text, .number { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .subtitle { fill: #9198a1; }
    .card { fill: #0d1117; stroke: #3d444d; }
    .bar { fill: #57606a; }
    .ours .bar { fill: #2ea866; }
  }
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${PADDING}" y="42">${escaped(title)}</text>
<text class="subtitle" x="${PADDING}" y="66">${escaped(subtitle)}</text>
${rows.join('\n')}
</svg>
`;
}

/** `left`: where bars begin. */
function row({ label, value, isOurs }: Bar, left: number, top: number, most: number): string {
  const length = Math.round((value / most) * (WIDTH - PADDING - NUMBER_WIDTH - left));
  const middle = top + BAR_HEIGHT / 2;
  const text = 'dominant-baseline="central"';
  return `<g${isOurs ? ' class="ours"' : ''}>
  <text x="${left - LABEL_GAP}" y="${middle}" text-anchor="end" ${text}>${escaped(label)}</text>
  <rect class="bar" x="${left}" y="${top}" width="${length}" height="${BAR_HEIGHT}" rx="3"/>
  <text class="number" x="${left + length + 8}" y="${middle}" ${text}>${value.toFixed(2)}</text>
</g>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
