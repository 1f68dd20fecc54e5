import { signal } from '@preact/signals';
import type { LiveChart } from '../../chart/live-chart.ts';

/** The chart, once its chunk is here: what buttons and keys act on. */
export const chart = signal<LiveChart | undefined>(undefined);

/** What a press of a zoom button multiplies the time in sight with. */
export const ZOOM_STEP = 1.6;
