import { registerHooks } from 'node:module';

/**
 * Preloaded (`node --import`) into programs written for Finnhub: whatever they load says `TICKCAST_URL` where it said
 * `wss://ws.finnhub.io`. Nothing else of them is changed.
 */
const FINNHUB = 'wss://ws.finnhub.io';
const url = process.env.TICKCAST_URL;
if (!url) throw new Error('TICKCAST_URL is not set');

registerHooks({
  resolve(specifier, context, nextResolve) {
    // @stoqey/finnhub reads `.env` files by a package that it does not list among its dependencies.
    if (specifier === 'dotenv') return { url: new URL('no-dotenv.cjs', import.meta.url).href, shortCircuit: true };
    return nextResolve(specifier, context);
  },
  load(file, context, nextLoad) {
    const loaded = nextLoad(file, context);
    if (!loaded.source || !file.startsWith('file:')) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return source.includes(FINNHUB) ? { ...loaded, source: source.replaceAll(FINNHUB, url) } : loaded;
  },
});
