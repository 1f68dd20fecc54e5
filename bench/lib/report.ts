import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** A table in Markdown, columns aligned: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, 3, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** A number with so many digits after the point; a dash where there is none. */
export function show(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** When, where and on what a part was measured, in one line. */
export function describeMachine(now: Date): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = Math.round(totalmem() / 2 ** 30);
  const commit = gitCommit();
  return [
    `Measured ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `${model}, ${availableParallelism()} cores, ${memory} GB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    ...(commit === undefined ? [] : [`commit ${commit}`]),
  ].join('; ');
}

/** How many threads want a core right now, in a few words: where they are more than there are cores, all times are too long. */
export function describeLoad(): string {
  const [load = Number.NaN] = loadavg();
  return `${show(load, 1)} on ${availableParallelism()} cores`;
}

function gitCommit(): string | undefined {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src', 'pwa') === '' ? '' : ' and changes'}`;
  } catch {
    return undefined;
  }
}

const INTRO = `# Benchmark results

Written by \`npm run bench\`; every number was measured on the machine named with it. Compare numbers of one table only:
machines, and their other work, differ.
`;
const mark = (part: string): string => `<!-- part: ${part} -->`;

/** Puts a part's section into the results, in place of its former one; the other parts' stay. */
export function writeSection(file: string, order: readonly string[], part: string, section: string): void {
  const sections = new Map<string, string>();
  if (existsSync(file)) {
    for (const piece of readFileSync(file, 'utf8')
      .split(/^(?=<!-- part: )/m)
      .slice(1)) {
      const name = /^<!-- part: (\S+) -->\n/.exec(piece)?.[1];
      if (name !== undefined) sections.set(name, piece.slice(mark(name).length + 1).trim());
    }
  }
  sections.set(part, section.trim());
  const known = order.filter((name) => sections.has(name));
  writeFileSync(file, [INTRO, ...known.map((name) => `${mark(name)}\n${sections.get(name)}\n`)].join('\n'));
}
