import { decodeAnswer } from '../../search/decode-answer.ts';
import type { SearchAnswer, SearchRequest } from '../../search/messages.ts';

declare global {
  /** Where the built worker is; the build writes it in. */
  var TICKCAST_SEARCH_WORKER: string;
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
  const { openDesk } = await import('../../search/open-desk.ts');
  const desk = openDesk(take);
  return { post: (request) => desk.handle(request) };
}
