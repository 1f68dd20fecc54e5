import './style.css';
import { computed } from '@preact/signals';
import { words } from '../state.ts';

/** What is read out: without the countdown, which would be read every second. */
const spoken = computed(() => words.value.text.replace(/ in \d+ s$/, ''));

export function Connection() {
  const { text, tone } = words.value;
  return (
    <div class={`connection ${tone}`}>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-text" aria-hidden="true">
        {text}
      </span>
      <output class="visually-hidden">{spoken}</output>
    </div>
  );
}
