import { signal } from '@preact/signals';
import type { SearchEngine } from '../../search/engine.ts';

/** The search, once its chunk and the catalogue are here. */
export const engine = signal<SearchEngine | undefined>(undefined);
export const engineState = signal<'none' | 'loading' | 'ready' | 'failed'>('none');

/** Loads the search when it is first needed; after a failure, when it is needed again. */
export function loadEngine(): void {
  if (engineState.value === 'loading' || engineState.value === 'ready') return;
  engineState.value = 'loading';
  import('../../search/engine.ts')
    .then(({ loadSearch }) => loadSearch())
    .then(
      (loaded) => {
        engine.value = loaded;
        engineState.value = 'ready';
      },
      () => {
        engineState.value = 'failed';
      },
    );
}
