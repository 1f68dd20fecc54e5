import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

/** What comes when the first prices are on the screen. */
export interface LaterParts {
  readonly Watchlist: ComponentType;
  /** What one can do with the symbol on show. */
  readonly SymbolTools: ComponentType;
}

export const later = signal<LaterParts | undefined>(undefined);
