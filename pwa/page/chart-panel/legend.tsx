import { computed } from '@preact/signals';
import { readingWords, timeWords } from '../../chart/reading-words.ts';
import { last, now, reading, tape } from '../state.ts';

const words = computed(() => {
  const { value } = reading;
  if (!value) return undefined;
  return {
    time: timeWords(value, now.peek()),
    rest: readingWords(value, last.peek()?.decimals ?? tape.peek().decimals),
  };
});

/** What the crosshair reads, in words that can be selected and heard. */
export function Legend() {
  const { value } = words;
  return (
    <output class="chart-legend" aria-label="At the crosshair">
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
    </output>
  );
}
