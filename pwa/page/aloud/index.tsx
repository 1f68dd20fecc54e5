import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatPrice } from '../../chart/formats.ts';
import { last, name, now, symbol } from '../state.ts';
import { aloud } from './aloud.ts';
import { Reader } from './reader.ts';

/** The region a screen reader reads the price from. It is there before it has anything to say: else its first words are lost. */
export function Aloud() {
  const said = useSignal('');
  const reader = useRef<Reader>(undefined);
  useSignalEffect(() => {
    if (!aloud.value) {
      reader.current = undefined;
      said.value = '';
      return;
    }
    reader.current ??= new Reader();
    if (!last.value) return;
    const { p, decimals } = last.value;
    const text = formatPrice(p, decimals);
    const shown = { symbol: symbol.value, name: name.value || symbol.value, price: p, text };
    said.value = reader.current.say(shown, now.value) ?? said.peek();
  });
  return (
    <p class="visually-hidden price-aloud" aria-live="polite">
      {said}
    </p>
  );
}
