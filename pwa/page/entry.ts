import { reconnect, start } from './session.ts';
import * as state from './state.ts';
import { sendToken, tokenInAddress } from './token.ts';

/** Starts the session; where the address brings an access token, that is shown to the server first. */
export function enter(): void {
  const token = takeToken();
  if (token === undefined) start();
  else void show(token).then(start);
  // The code may be scanned, or its address opened, where the page is already open: then nothing is loaded anew.
  addEventListener('hashchange', () => {
    const late = takeToken();
    if (late !== undefined) void show(late).then(reconnect);
  });
}

/** What went wrong is seen with the form, if the server then asks for a token: this browser may have been let in before. */
async function show(token: string): Promise<void> {
  state.tokenProblem.value = (await sendToken(token)) ?? '';
}

/** Takes the token out of the address before anything else can see it: screenshots, bookmarks, shared links. */
function takeToken(): string | undefined {
  const token = tokenInAddress(location.hash);
  if (token !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
