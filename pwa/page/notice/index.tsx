import './style.css';
import { computed } from '@preact/signals';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { waitingWords } from '../../feed/words.ts';
import { tryAgain } from '../session.ts';
import { feed, last, link, marketClosed, online, place, symbol } from '../state.ts';

interface Told {
  readonly title: string;
  readonly detail: string;
  readonly again?: boolean;
  /** Nothing is wrong: said without a box. */
  readonly quiet?: boolean;
}

const told = computed((): Told | undefined => {
  const { value } = place;
  if (link.value.phase !== 'open') {
    if (last.value) return undefined;
    if (!online.value) {
      return {
        title: 'Offline',
        detail: `This browser has nothing of ${symbol.value} that it could show.`,
        quiet: true,
      };
    }
    return { title: 'Waiting for the server', detail: '', quiet: true };
  }
  switch (value.state) {
    case 'waiting':
      return {
        title: waitingWords(value.position),
        detail: 'Every slot of the Finnhub connection is in use. This chart starts by itself as soon as one is free.',
      };
    case 'refused':
      return refusal(value.code);
    case 'asking':
      return last.value ? undefined : { title: 'Waiting for the server', detail: '', quiet: true };
    case 'served':
      if (last.value) return undefined;
      if (marketClosed.value)
        return { title: 'Market closed', detail: 'The chart starts with the next trade.', quiet: true };
      return { title: 'Waiting for the first trade', detail: '', quiet: true };
    default:
      return undefined;
  }
});

function refusal(code: string): Told {
  switch (code) {
    case 'unknown-symbol': {
      const source = feed.value === 'simulated' ? 'The simulated feed' : 'Finnhub';
      return {
        title: `${source} does not know “${symbol.value}”`,
        detail: 'Or refuses it for now. Check the spelling, or search for another symbol.',
        again: true,
      };
    }
    case 'capacity':
      return { title: 'Every slot is taken', detail: ERRORS.capacity, again: true };
    case 'too-many-subscriptions':
      return { title: 'Too many symbols at once', detail: ERRORS['too-many-subscriptions'], again: true };
    default:
      return { title: 'The server refused this', detail: ERRORS['rate-limited'], again: true };
  }
}

/** What stands in the way of the chart, said in its place. */
export function Notice() {
  const { value } = told;
  if (!value) return null;
  return (
    <div class={value.quiet ? 'notice quiet' : 'notice'} role="status">
      <p class="notice-title">{value.title}</p>
      {value.detail !== '' && <p class="notice-detail">{value.detail}</p>}
      {value.again && (
        <button type="button" class="notice-again" onClick={tryAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
