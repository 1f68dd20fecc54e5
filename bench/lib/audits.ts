import type { Result } from 'lighthouse';

/** What the page has to reach, by Lighthouse's categories; of 100. */
export const TARGETS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 90 } as const;
export type Category = keyof typeof TARGETS;
export const CATEGORIES = Object.keys(TARGETS) as Category[];

/** An audit that costs points, and why. */
export interface Failing {
  readonly category: Category;
  readonly id: string;
  /** In one line. */
  readonly reason: string;
}

/** How much of the reason is told: elements, files. */
const ITEMS = 5;

/** Audits that only tell a number, and those that know what it comes from. */
const TOLD_BY: Readonly<Record<string, string>> = {
  'cumulative-layout-shift': 'layout-shifts',
  'total-blocking-time': 'long-tasks',
  'largest-contentful-paint': 'lcp-breakdown-insight',
};

/** As Lighthouse shows it, of 100; NaN where it could not tell. */
export function scoreOf(result: Result, category: Category): number {
  const score = result.categories[category]?.score;
  return typeof score === 'number' ? Math.round(score * 100) : Number.NaN;
}

/** The audits that count in a category and are not whole, of all categories. */
export function failingAudits(result: Result): readonly Failing[] {
  return CATEGORIES.flatMap((category) =>
    (result.categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
      const audit = result.audits[id];
      if (!audit || weight === 0) return [];
      const { score, scoreDisplayMode } = audit;
      if (scoreDisplayMode !== 'error' && (score === null || score === 1)) return [];
      return [{ category, id, reason: reasonOf(audit, result.audits[TOLD_BY[id] ?? id]) }];
    }),
  );
}

type Audit = Result['audits'][string];

function reasonOf({ title, displayValue, explanation, errorMessage }: Audit, teller: Audit | undefined): string {
  const details = teller?.details;
  const items = details && 'items' in details && Array.isArray(details.items) ? details.items : [];
  const named = items.slice(0, ITEMS).map(nameOf);
  return [title, displayValue, explanation, errorMessage, ...named]
    .filter((text) => text !== undefined && text !== '')
    .join('; ')
    .replace(/\s+/g, ' ');
}

/** What an item of an audit is about: an element and what is wrong with it, or a file. */
function nameOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '';
  const { node, url, description, source } = item as {
    readonly [name: string]: unknown;
  };
  const { snippet, explanation } = (node ?? {}) as { readonly [name: string]: unknown };
  return [snippet, explanation, url, source, description].filter((text) => typeof text === 'string').join(' ');
}
