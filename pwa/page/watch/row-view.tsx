import { useEffect, useRef } from 'preact/hooks';
import { formatPrice } from '../../chart/formats.ts';
import { exactPrice } from '../../chart/precision.ts';
import { choose } from '../session.ts';
import { shortName } from '../short-name.ts';
import * as state from '../state.ts';
import type { Pick } from '../storage.ts';
import type { Row } from './row.ts';
import { rowWords } from './row-words.ts';
import { sparkPath } from './spark.ts';

const SPARK = { width: 72, height: 28 };
const FLASH_MS = 500;

interface RowViewProps {
  readonly entry: Pick;
  readonly row: Row;
  readonly isAway: boolean;
}

/** One symbol: who it is, its day, its price. */
export function RowView({ entry: { symbol, description }, row, isAway }: RowViewProps) {
  const isLive = state.link.value.phase === 'open' && !isAway;
  const isSelected = state.symbol.value === symbol;
  const { price, change, changeIs, standing } = rowWords(row, {
    isLive,
    isSimulated: state.feed.value === 'simulated',
    // The chart's symbol was asked for before there was a row.
    place: isSelected ? state.place.value : row.place.value,
    now: state.now.value,
  });
  const { last, spark } = row.prices.value;
  const path = sparkPath(spark, SPARK.width, SPARK.height);
  const text = price === undefined ? '–' : last ? formatPrice(price, last.decimals) : exactPrice(price, row.decimals);
  return (
    <button
      type="button"
      class={`watch-row ${isLive && standing === '' ? '' : 'watch-still'}`}
      aria-current={isSelected ? 'true' : undefined}
      onClick={() => choose(symbol, description)}
    >
      <span class="watch-who">
        <b>{shortName(symbol)}</b>
        <span>{standing || description}</span>
      </span>
      <svg
        class={`watch-spark ${change?.direction ?? 'flat'}`}
        viewBox={`0 0 ${SPARK.width} ${SPARK.height}`}
        aria-hidden="true"
      >
        {path !== '' && <path d={path} />}
      </svg>
      <span class="watch-price">
        <Price text={text} price={last?.p} />
        {change && (
          <span class={`watch-change ${change.direction}`} title={changeIs}>
            <span aria-hidden="true">{change.arrow}</span>
            <span class="visually-hidden">{change.direction}</span> {percentOf(change.text)}
          </span>
        )}
      </span>
    </button>
  );
}

/** The text for a moment in the colour of its direction. */
function Price({ text, price }: { readonly text: string; readonly price: number | undefined }) {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(price);
  useEffect(() => {
    const earlier = before.current;
    before.current = price;
    if (price === undefined || earlier === undefined || price === earlier) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const color = price > earlier ? 'var(--up)' : 'var(--down)';
    element.current?.animate([{ color }, { color: 'var(--text)' }], { duration: FLASH_MS, easing: 'ease-out' });
  }, [price]);
  return (
    <span ref={element} class="watch-last">
      {text}
    </span>
  );
}

function percentOf(text: string): string {
  return /\((.+)\)/.exec(text)?.[1] ?? text;
}
