import type { CatalogueSource } from '../../src/protocol/catalogue.ts';
import { BUILTIN_AGAIN_MS, BUILTIN_SOON_TRIES, RETRY_FIRST_MS, RETRY_MOST_MS } from './limits.ts';
import type { ListProblem, Standing } from './messages.ts';
import type { ParsedList } from './parse-list.ts';

/**
 * What the server answered: a list under its ETag, that the kept one is current, or nothing of use. `asOf`: when it was fetched from
 * Finnhub, ms since 1970 UTC; 0: built in, or not said.
 */
export type ServerAnswer =
  | {
      readonly type: 'list';
      readonly etag: string;
      readonly asOf: number;
      readonly text: string;
      readonly list: ParsedList;
    }
  | { readonly type: 'same'; readonly asOf: number }
  | { readonly type: 'none'; readonly problem: ListProblem };

export type Choice =
  /** The kept list goes on. */
  | { readonly use: 'kept'; readonly standing: Standing }
  /** The server's; `keep`: for the next time too. */
  | { readonly use: 'new'; readonly keep: boolean }
  | { readonly use: 'none'; readonly problem: ListProblem };

/** Which list is searched, now that the server has answered. `kept`: where the one in use comes from, if there is one. */
export function chooseList(kept: CatalogueSource | undefined, answer: ServerAnswer): Choice {
  switch (answer.type) {
    case 'same':
      return kept === undefined ? { use: 'none', problem: 'unreadable' } : { use: 'kept', standing: 'confirmed' };
    case 'none':
      return kept === undefined ? { use: 'none', problem: answer.problem } : { use: 'kept', standing: 'kept' };
    case 'list': {
      const isBuiltin = answer.list.source === 'builtin';
      // Finnhub's list of last week has what people look for; the built-in one has a few hundred symbols.
      if (isBuiltin && kept === 'finnhub') return { use: 'kept', standing: 'kept' };
      return { use: 'new', keep: !isBuiltin };
    }
  }
}

/** How long a server that is still loading is left alone after `tries` questions, ms. */
export function retryAfterMs(tries: number): number {
  return Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.max(0, tries - 1));
}

/** How long a server that has only the built-in list is left alone after `tries` questions, ms. */
export function builtinAgainMs(tries: number): number {
  return tries <= BUILTIN_SOON_TRIES ? retryAfterMs(tries) : BUILTIN_AGAIN_MS;
}
