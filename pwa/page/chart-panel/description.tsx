import { computed, effect, signal } from '@preact/signals';
import { formatMoment, formatPrice, formatSecond } from '../../chart/formats.ts';
import { drawn, feed, kind, last, name, now, summary, symbol } from '../state.ts';

/** How often at most the chart is described anew: a description that keeps changing cannot be read. */
const DESCRIBE_EVERY_MS = 10_000;

const KINDS = { line: 'Line chart', candles: 'Candlestick chart', trades: 'Chart of all trades' } as const;

/** What the chart shows, as rows of a table. */
interface Row {
  readonly what: string;
  readonly price: string;
  readonly at: string;
}

const rows = signal<readonly Row[]>([]);
let describedAt = 0;
let describedSymbol = '';

effect(() => {
  const isOther = symbol.value !== describedSymbol;
  const due = now.value - describedAt >= DESCRIBE_EVERY_MS || isOther || rows.peek().length === 0;
  const told = summary.value;
  const trade = last.peek();
  if (!due) return;
  if (!trade || !told) {
    rows.value = [];
    return;
  }
  describedAt = now.value;
  describedSymbol = symbol.value;
  const price = (p: number): string => formatPrice(p, trade.decimals);
  rows.value = [
    { what: 'First', price: price(told.base), at: formatSecond(told.baseAt) },
    { what: 'Highest', price: price(told.high), at: '' },
    { what: 'Lowest', price: price(told.low), at: '' },
    { what: 'Last', price: price(trade.p), at: formatSecond(trade.t) },
  ];
});

const title = computed(() => {
  const prices = feed.value === 'simulated' ? 'simulated prices' : 'prices';
  const since = drawn.value ? `, from ${formatMoment(drawn.value.from, now.peek())}` : '';
  return `${KINDS[kind.value]} of the ${prices} of ${name.value || symbol.value}${since}`;
});

/** The canvas's text alternative, renewed at most every 10 s. */
export const description = computed(() => {
  const said = rows.value.map(({ what, price }) => `${what.toLowerCase()} ${price}`).join(', ');
  return said === '' ? `${title.peek()}: no trade` : `${title.peek()}: ${said}`;
});

/** The same as a table, for those who do not see the canvas. */
export function ChartDescription() {
  if (rows.value.length === 0) return null;
  return (
    <table class="visually-hidden">
      <caption>{title}</caption>
      <tbody>
        {rows.value.map(({ what, price, at }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{price}</td>
            <td>{at}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
