import { decodeAnswer } from '../../search/decode-answer.ts';
import type { SearchAnswer, SearchRequest } from '../../search/messages.ts';

declare global {
  /** Where the built worker is, and where the same search as a module; the build writes them in. */
  var TICKCAST_SEARCH_WORKER: string;
  var TICKCAST_SEARCH_HERE: string;
}

/** Where the search runs. */
export interface Thread {
  readonly post: (request: SearchRequest) => void;
}

/** Starts the search in a worker. `broken`: it could not be started, or threw; nothing more comes from it. */
export function startWorker(take: (answer: SearchAnswer) => void, broken: () => void): Thread | undefined {
  let worker: Worker;
  try {
    worker = new Worker(globalThis.TICKCAST_SEARCH_WORKER);
  } catch {
    return undefined;
  }
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    const answer = decodeAnswer(data);
    if (answer) take(answer);
  };
  worker.onerror = () => {
    worker.terminate();
    broken();
  };
  return { post: (request) => worker.postMessage(request) };
}

/** The same search on this thread, for browsers that let a page have no worker. Rejects when its code cannot be had. */
export async function startHere(take: (answer: SearchAnswer) => void): Promise<Thread> {
  // A module of its own, which shares nothing with the page: what they shared would be one more file for everybody to wait for.
  const { openDesk }: typeof import('../../search/open-desk.ts') = await import(globalThis.TICKCAST_SEARCH_HERE);
  const desk = openDesk(take);
  return { post: (request) => desk.handle(request) };
}
