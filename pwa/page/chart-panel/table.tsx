import { computed } from '@preact/signals';
import { candleEnd } from '../../../src/protocol/candles.ts';
import { formatPrice, formatSpan, formatVolume } from '../../chart/formats.ts';
import { drawn, feed, last, market, name, now, symbol, tape } from '../state.ts';

/** More rows than this are no table any more. */
const MAX_ROWS = 200;

const rows = computed(() =>
  drawn.value?.symbol === symbol.value ? drawn.value.candles.slice(-MAX_ROWS).reverse() : [],
);

/** The candles in sight as a table, the newest first. */
export function CandleTable() {
  const interval = drawn.value?.interval ?? '1m';
  const decimals = last.value?.decimals ?? tape.value.decimals;
  const price = (p: number): string => formatPrice(p, decimals);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="chart-table" tabIndex={0} aria-label="Candles in sight">
      <table>
        <caption>
          {name.value || symbol.value}, {interval}
          {feed.value === 'simulated' && ', simulated'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Open</th>
            <th scope="col">High</th>
            <th scope="col">Low</th>
            <th scope="col">Close</th>
            <th scope="col">Volume</th>
          </tr>
        </thead>
        <tbody>
          {rows.value.map(({ t, o, h, l, c, v }) => (
            <tr key={t} data-t={t}>
              <th scope="row">{formatSpan(t, candleEnd(market.value, interval, t), now.value)}</th>
              <td>{price(o)}</td>
              <td>{price(h)}</td>
              <td>{price(l)}</td>
              <td>{price(c)}</td>
              <td>{v > 0 ? formatVolume(v) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
