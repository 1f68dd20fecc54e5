import './style.css';
import { computed } from '@preact/signals';
import { formatPrice, formatSecond, formatStretch } from '../../chart/formats.ts';
import { last, summary, WINDOWS_MS, windowMs } from '../state.ts';

const show = (price: number | undefined): string =>
  price === undefined || !last.value ? '–' : formatPrice(price, last.value.decimals);
/** The window's summary is renewed less often than the price, which must not stand outside of it. */
const within = (pick: typeof Math.max, bound: number | undefined): number | undefined =>
  bound === undefined || !last.value ? bound : pick(bound, last.value.p);
const high = computed(() => show(within(Math.max, summary.value?.high)));
const low = computed(() => show(within(Math.min, summary.value?.low)));
const lastAt = computed(() => (last.value ? formatSecond(last.value.t) : '–'));

export function Toolbar() {
  return (
    <section class="toolbar" aria-label="Window">
      <dl class="figures">
        <div>
          <dt>High</dt>
          <dd>{high}</dd>
        </div>
        <div>
          <dt>Low</dt>
          <dd>{low}</dd>
        </div>
        <div>
          <dt>Last trade</dt>
          <dd>{lastAt}</dd>
        </div>
      </dl>
      <fieldset class="windows">
        <legend class="visually-hidden">How much time the chart shows</legend>
        {WINDOWS_MS.map((ms) => (
          <button
            key={ms}
            type="button"
            aria-pressed={windowMs.value === ms}
            onClick={() => {
              windowMs.value = ms;
            }}
          >
            {formatStretch(ms)}
          </button>
        ))}
      </fieldset>
    </section>
  );
}
