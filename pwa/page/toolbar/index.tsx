import './style.css';
import { computed } from '@preact/signals';
import { formatPrice, formatVolume } from '../../chart/formats.ts';
import { RANGES } from '../ranges.ts';
import { last, range, showRange, summary, view } from '../state.ts';
import { Tools } from './tools.tsx';

const show = (price: number | undefined): string =>
  price === undefined || !last.value ? '–' : formatPrice(price, last.value.decimals);
/** What was drawn is told less often than the price, which must not stand outside of it. */
const within = (pick: typeof Math.max, bound: number | undefined): number | undefined =>
  bound === undefined || !last.value || view.value.right !== undefined ? bound : pick(bound, last.value.p);
const high = computed(() => show(within(Math.max, summary.value?.high)));
const low = computed(() => show(within(Math.min, summary.value?.low)));
const volume = computed(() => (summary.value?.volume ? formatVolume(summary.value.volume) : undefined));

export function Toolbar() {
  return (
    <section class="toolbar" aria-label="What the chart shows">
      <dl class="figures">
        <div>
          <dt>High</dt>
          <dd>{high}</dd>
        </div>
        <div>
          <dt>Low</dt>
          <dd>{low}</dd>
        </div>
        {volume.value !== undefined && (
          <div title="The volume of the trades that this feed has seen">
            <dt>
              Vol.<span class="wide"> seen</span>
            </dt>
            <dd>{volume}</dd>
          </div>
        )}
      </dl>
      <fieldset class="segments windows">
        <legend class="visually-hidden">How much time the chart shows</legend>
        {RANGES.map((each) => (
          <button
            key={each.label}
            type="button"
            title={each.name}
            aria-pressed={range.value === each}
            onClick={() => showRange(each)}
          >
            {each.label}
          </button>
        ))}
      </fieldset>
      <Tools />
    </section>
  );
}
