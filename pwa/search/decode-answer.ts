import { type CatalogueEntry, isMarket, isSource } from '../../src/protocol/catalogue.ts';
import { isCount, isJsonObject } from '../../src/protocol/json.ts';
import type { SearchHit } from '../../src/search/search-index.ts';
import type { ListFacts, ListProblem, SearchAnswer, Standing } from './messages.ts';

/** What the search sent, or `undefined` when it is none of the answers. */
export function decodeAnswer(value: unknown): SearchAnswer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { type, n } = value;
  switch (type) {
    case 'list': {
      const list = decodeFacts(value.list);
      return list && { type, list };
    }
    case 'problem':
      return isProblem(value.problem) ? { type, problem: value.problem } : undefined;
    case 'hits': {
      if (!isCount(n) || !Array.isArray(value.hits) || typeof value.isListed !== 'boolean') return undefined;
      return { type, n, hits: value.hits.flatMap(decodeHit), isListed: value.isListed };
    }
    case 'found': {
      if (!isCount(n)) return undefined;
      const entry = decodeEntry(value.entry);
      return entry ? { type, n, entry } : { type, n };
    }
    default:
      return undefined;
  }
}

function decodeFacts(value: unknown): ListFacts | undefined {
  if (!isJsonObject(value)) return undefined;
  const { source, asOf, size, standing } = value;
  if (!isSource(source) || !isCount(asOf) || !isCount(size) || !isStanding(standing)) return undefined;
  return { source, asOf, size, standing };
}

function decodeHit(value: unknown): SearchHit[] {
  if (!isJsonObject(value) || !isJsonObject(value.marks)) return [];
  const entry = decodeEntry(value.entry);
  if (!entry) return [];
  return [{ entry, marks: { symbol: marks(value.marks.symbol), description: marks(value.marks.description) } }];
}

function decodeEntry(value: unknown): CatalogueEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { symbol, description, market, type } = value;
  if (typeof symbol !== 'string' || typeof description !== 'string') return undefined;
  if (!isMarket(market) || typeof type !== 'string') return undefined;
  const entry = { symbol, description, market, type };
  return value.delisted === true ? { ...entry, delisted: true } : entry;
}

/** Stretches of a text, from and up to; what is none is left out. */
function marks(value: unknown): (readonly [number, number])[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((each) => {
    const [from, to] = Array.isArray(each) ? (each as readonly unknown[]) : [];
    return isCount(from) && isCount(to) ? [[from, to] as const] : [];
  });
}

function isStanding(value: unknown): value is Standing {
  return value === 'checking' || value === 'confirmed' || value === 'kept';
}

function isProblem(value: unknown): value is ListProblem {
  return value === 'loading' || value === 'unreachable' || value === 'unauthorized' || value === 'unreadable';
}
