import { SearchDesk } from './desk.ts';
import { fetchList } from './fetch-list.ts';
import { keep, readKept } from './kept-list.ts';
import type { SearchAnswer } from './messages.ts';

/** The search with this browser's network and storage, on whichever thread it is called. */
export function openDesk(post: (answer: SearchAnswer) => void): SearchDesk {
  return new SearchDesk({
    post,
    fetchList,
    readKept,
    keep,
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
