import { decodeRequest } from './decode-request.ts';
import { openDesk } from './open-desk.ts';

// The types of the page's tests know no worker's global: this file alone is compiled with them (see tsconfig.json here).
declare const self: DedicatedWorkerGlobalScope;

const desk = openDesk((answer) => self.postMessage(answer));

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  const request = decodeRequest(data);
  if (request) desk.handle(request);
};
