import { computed, effect, signal } from '@preact/signals';
import { readingWords, timeWords } from '../../chart/reading-words.ts';
import { last, now, reading, tape } from '../state.ts';

const words = computed(() => {
  const { value } = reading;
  if (!value) return undefined;
  const decimals = last.peek()?.decimals ?? tape.peek().decimals;
  return { time: timeWords(value, now.peek()), rest: readingWords(value, decimals) };
});

/** What was read last by keys. Under a mouse it changes too often to be heard. */
const spoken = signal('');
let isAsked = false;

/** The next reading is to be heard. */
export function sayNext(): void {
  isAsked = true;
}

effect(() => {
  const { value } = words;
  if (!isAsked || !value) return;
  isAsked = false;
  spoken.value = [value.time, ...value.rest.map(({ name, text }) => `${name} ${text}`)].join(', ');
});

/** What the crosshair reads, in words. */
export function Legend() {
  const { value } = words;
  return (
    <>
      <div class="chart-legend">
        {value && (
          <>
            <span class="legend-time">{value.time}</span>
            {value.rest.map(({ name, text }) => (
              <span key={name + text}>
                {name !== '' && <b>{name}</b>} {text}
              </span>
            ))}
          </>
        )}
      </div>
      <output class="visually-hidden">{spoken}</output>
    </>
  );
}
