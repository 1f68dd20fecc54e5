import type { LiveChart } from '../../chart/live-chart.ts';
import { range, showRange } from '../state.ts';
import { chart, ZOOM_STEP } from './chart.ts';
import { sayNext } from './legend.tsx';

/** How much of what is in sight a key moves the time by. */
const PAN_PART = 0.25;

/** The chart by keyboard: everything that a hand can do. */
export function onChartKey(event: KeyboardEvent): void {
  const live = chart.peek();
  if (!live || event.ctrlKey || event.metaKey || event.altKey) return;
  switch (event.key) {
    case 'ArrowLeft':
      if (event.shiftKey) live.pan(-PAN_PART);
      else read(live, -1);
      break;
    case 'ArrowRight':
      if (event.shiftKey) live.pan(PAN_PART);
      else read(live, 1);
      break;
    case 'PageUp':
      live.pan(-1);
      break;
    case 'PageDown':
      live.pan(1);
      break;
    case '+':
    case '=':
      live.zoom(1 / ZOOM_STEP);
      break;
    case '-':
      live.zoom(ZOOM_STEP);
      break;
    case 'End':
      showRange(range.peek());
      break;
    case 'Escape':
      live.point(undefined);
      break;
    default:
      return;
  }
  event.preventDefault();
}

function read(live: LiveChart, by: 1 | -1): void {
  sayNext();
  live.point(by);
}
