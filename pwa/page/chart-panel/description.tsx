import { computed, effect, signal } from '@preact/signals';
import { formatPrice, formatSecond, formatStretch } from '../../chart/formats.ts';
import { feed, last, name, now, summary, symbol, windowMs } from '../state.ts';

/** How often at most the chart is described anew: a description that keeps changing cannot be read. */
const DESCRIBE_EVERY_MS = 10_000;

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
  const due = now.value - describedAt >= DESCRIBE_EVERY_MS || symbol.value !== describedSymbol;
  const trade = last.peek();
  if (!due) return;
  const told = summary.peek();
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
  const kind = feed.value === 'simulated' ? 'simulated prices' : 'prices';
  return `Line chart of the ${kind} of ${name.value || symbol.value}, last ${formatStretch(windowMs.value)}`;
});

/** The canvas's text alternative, renewed at most every 10 s. */
export const description = computed(() => {
  const said = rows.value.map(({ what, price }) => `${what.toLowerCase()} ${price}`).join(', ');
  return said === '' ? `${title.value}: no trade` : `${title.value}: ${said}`;
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
