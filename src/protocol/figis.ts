/** Finnhub's figis of listed stocks, as pairs of symbol and figi. */
export type Figis = readonly (readonly [string, string])[];

/** One text, a line a pair: a thread is handed that in no time, while 30,000 pairs would hold up the one that reads them. */
export function joinFigis(figis: Figis): string {
  return figis.map(([symbol, figi]) => `${symbol}\t${figi}`).join('\n');
}

export function splitFigis(text: string): ReadonlyMap<string, string> {
  const figis = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [symbol, figi] = line.split('\t');
    if (symbol !== undefined && figi !== undefined) figis.set(symbol, figi);
  }
  return figis;
}
