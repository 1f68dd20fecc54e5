import './style.css';
import { computed, effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../../../src/protocol/symbols.ts';
import { changeOf, formatMoment, formatPrice, formatSecond, isSameDay } from '../../chart/formats.ts';
import { exactPrice } from '../../chart/precision.ts';
import { later } from '../later.ts';
import type { PriceLine } from '../standing.ts';
import { closedSince, last, lines, market, name, now, place, summary, symbol, tape, view } from '../state.ts';

const MARKETS: Readonly<Record<Market, string>> = {
  us: 'US stocks',
  forex: 'Forex',
  crypto: 'Crypto',
  other: 'Other market',
};

/** How long a price shows its direction in colour, ms, and how often at most it begins to. */
const FLASH_MS = 600;
const FLASH_EVERY_MS = 250;

const decimals = computed(() => last.value?.decimals ?? tape.value.decimals);
/** Without a trade the quote's price stands in its place, and says so. */
const quoted = computed(() => (last.value ? undefined : lines.value.at(-1)?.price));
const price = computed(() => {
  if (last.value) return formatPrice(last.value.p, decimals.value);
  return quoted.value === undefined ? '–' : exactPrice(quoted.value, decimals.value);
});
const lastAt = computed(() => (last.value ? formatLast(last.value.t, now.value) : ''));
/** Of what is in sight: up to the last price, or to its own last one where that is out of sight. */
const change = computed(() => {
  if (!last.value || !summary.value) return undefined;
  const price = view.value.right === undefined ? last.value.p : summary.value.close;
  return changeOf(summary.value.base, price, last.value.decimals);
});
const since = computed(() => (summary.value ? `since ${formatMoment(summary.value.baseAt, now.value)}` : ''));

const noTrade = computed(() => {
  if (quoted.value !== undefined) return 'From the quote: no trade seen yet';
  return place.value.state === 'served' && !last.value ? 'No trade in this window yet' : '\u00a0';
});

export function Quote() {
  const { value: shown } = change;
  const { SymbolTools } = later.value ?? {};
  return (
    <section class="quote" aria-label="Last price">
      <div class="quote-tools">{SymbolTools && <SymbolTools />}</div>
      <div class="quote-title">
        <h1>{name.value || symbol.value}</h1>
        <p>
          {name.value !== '' && <span class="quote-symbol">{symbol}</span>}
          <span>{MARKETS[market.value]}</span>
          {last.value && <span>Last trade {lastAt}</span>}
        </p>
      </div>
      <div class="quote-numbers">
        <Price />
        {shown ? (
          <p class={`change ${shown.direction}`}>
            <span aria-hidden="true">{shown.arrow}</span>
            <span class="visually-hidden">{shown.direction}</span> <span class="change-text">{shown.text}</span>{' '}
            <span class="change-since">{since}</span>
          </p>
        ) : (
          <p class="change flat">{noTrade}</p>
        )}
        <ul class="price-lines">
          {lines.value.map((line) => (
            <Line key={line.label} line={line} />
          ))}
        </ul>
        {closedSince.value !== undefined && <p class="market-closed">{closedSince}</p>}
      </div>
    </section>
  );
}

/** To the second today, else with its day. */
function formatLast(t: number, at: number): string {
  return isSameDay(t, at) ? formatSecond(t) : formatMoment(t, at);
}

/** One comparison: `At close 189.50 ▲ +1.20 (+0.64 %)`. */
function Line({ line: { label, price, base } }: { readonly line: PriceLine }) {
  const shown = base === undefined ? undefined : changeOf(base, price, decimals.value);
  return (
    <li>
      <span class="line-label">{label}</span> {label !== 'Today' && <b>{formatPrice(price, decimals.value)}</b>}{' '}
      {shown && (
        <span class={`line-change ${shown.direction}`}>
          <span aria-hidden="true">{shown.arrow}</span>
          <span class="visually-hidden">{shown.direction}</span> {shown.text}
        </span>
      )}
    </li>
  );
}

/** The price in large figures, which turn green or red for a moment when it moves. */
function Price() {
  const element = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    let before: number | undefined;
    let shownSymbol = symbol.peek();
    let flashedAt = 0;
    return effect(() => {
      const p = last.value?.p;
      const earlier = shownSymbol === symbol.peek() ? before : undefined;
      shownSymbol = symbol.peek();
      before = p;
      const at = performance.now();
      if (p === undefined || earlier === undefined || p === earlier || calm.matches) return;
      if (at - flashedAt < FLASH_EVERY_MS) return;
      flashedAt = at;
      const color = p > earlier ? 'var(--up)' : 'var(--down)';
      element.current?.animate([{ color }, { color: 'var(--text)' }], { duration: FLASH_MS, easing: 'ease-out' });
    });
  }, []);
  return (
    <p class={quoted.value === undefined ? 'price' : 'price quoted'} ref={element}>
      {price}
    </p>
  );
}
