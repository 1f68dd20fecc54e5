import './style.css';
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LiveChart } from '../../chart/live-chart.ts';
import { Notice } from '../notice/index.tsx';
import { feed, interruptedSince, last, serverNow, tape, windowMs } from '../state.ts';
import { ChartDescription, description } from './description.tsx';

/** The chart, which comes in its own chunk, and what is said over it. */
export function ChartPanel() {
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const failed = useSignal(false);

  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    const told = (points: number): void => {
      if (!figure.current) return;
      figure.current.dataset.points = String(tape.peek().ring.length);
      figure.current.dataset.drawn = String(points);
      figure.current.dataset.lastPrice = String(tape.peek().last?.p ?? '');
    };
    import('../../chart/live-chart.ts').then(
      ({ createLiveChart }) => {
        if (gone || !canvas.current) return;
        stop = follow(createLiveChart({ canvas: canvas.current, now: serverNow, told }));
      },
      () => {
        failed.value = true;
      },
    );
    return () => {
      gone = true;
      stop();
    };
  }, [failed]);

  return (
    <figure class="chart" ref={figure} data-simulated={feed.value === 'simulated'}>
      <div class="chart-plot">
        <canvas ref={canvas} role="img" aria-label={description.value} />
      </div>
      {failed.value ? (
        <p class="chart-failed">The chart could not be loaded. Reload the page to try again.</p>
      ) : (
        <Notice />
      )}
      <ChartDescription />
    </figure>
  );
}

/** Keeps the chart showing what the state says, until the returned function is called. */
function follow(chart: LiveChart): () => void {
  const unfollow = effect(() => {
    chart.show({
      tape: tape.value,
      windowMs: windowMs.value,
      simulated: feed.value === 'simulated',
      missingSince: interruptedSince.value,
    });
  });
  const untouch = effect(() => {
    if (last.value) chart.touch();
  });
  return () => {
    unfollow();
    untouch();
    chart.destroy();
  };
}
