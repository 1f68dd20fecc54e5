import './style.css';
import { computed, effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Market } from '../../../src/protocol/symbols.ts';
import { changeOf, formatMoment, formatPrice } from '../../chart/formats.ts';
import { last, market, name, now, place, summary, symbol } from '../state.ts';

const MARKETS: Readonly<Record<Market, string>> = {
  us: 'US stocks',
  forex: 'Forex',
  crypto: 'Crypto',
  other: 'Other market',
};

/** How long a price shows its direction in colour, ms, and how often at most it begins to. */
const FLASH_MS = 600;
const FLASH_EVERY_MS = 250;

const price = computed(() => (last.value ? formatPrice(last.value.p, last.value.decimals) : '–'));
const change = computed(() =>
  last.value && summary.value ? changeOf(summary.value.base, last.value.p, last.value.decimals) : undefined,
);
const since = computed(() => (summary.value ? `since ${formatMoment(summary.value.baseAt, now.value)}` : ''));

export function Quote() {
  const { value: shown } = change;
  return (
    <section class="quote" aria-label="Last price">
      <div class="quote-title">
        <h1>{name.value || symbol.value}</h1>
        <p>
          {name.value !== '' && <span class="quote-symbol">{symbol}</span>}
          <span>{MARKETS[market.value]}</span>
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
          <p class="change flat">{place.value.state === 'served' ? 'No trade in this window yet' : ' '}</p>
        )}
      </div>
    </section>
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
    <p class="price" ref={element}>
      {price}
    </p>
  );
}
