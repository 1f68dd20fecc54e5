import './style.css';
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LiveChart, LiveChartOptions } from '../../chart/live-chart.ts';
import { Notice } from '../notice/index.tsx';
import { supply } from '../past.ts';
import { onTrade } from '../refresh.ts';
import * as state from '../state.ts';
import { chart } from './chart.ts';
import { ChartDescription, description } from './description.tsx';
import { onChartKey } from './keys.ts';
import { Legend } from './legend.tsx';
import { CandleTable } from './table.tsx';

/** The chart, which comes in its own chunk, and what is said over it. */
export function ChartPanel() {
  const figure = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const failed = useSignal(false);

  useEffect(() => {
    let stop = (): void => undefined;
    let gone = false;
    import('../../chart/live-chart.ts').then(
      ({ createLiveChart }) => {
        if (gone || !canvas.current || !figure.current) return;
        stop = follow(createLiveChart({ canvas: canvas.current, ...wires(figure.current) }));
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

  const isBack = state.view.value.right !== undefined;
  return (
    <figure class="chart" ref={figure} data-simulated={state.feed.value === 'simulated'}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div
        class="chart-plot"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the crosshair here
        tabIndex={0}
        aria-label="Chart. Left and right move the crosshair, with Shift the time; plus and minus zoom; End goes back to live."
        onKeyDown={onChartKey}
      >
        <canvas ref={canvas} role="img" aria-label={description.value} />
      </div>
      <Legend />
      {isBack && (
        <button type="button" class="chart-live" onClick={() => backToLive(figure.current)}>
          Back to live <span aria-hidden="true">›</span>
        </button>
      )}
      {failed.value ? (
        <p class="chart-failed">The chart could not be loaded. Reload the page to try again.</p>
      ) : (
        <Notice />
      )}
      {state.isTableOpen.value ? <CandleTable /> : <ChartDescription />}
    </figure>
  );
}

/** The button goes away: whoever pressed it by keyboard must not lose the place. */
function backToLive(figure: HTMLElement | null): void {
  state.showRange(state.range.peek());
  figure?.querySelector<HTMLElement>('.chart-plot')?.focus({ preventScroll: true });
}

/** What the chart tells, and where it goes. */
function wires(figure: HTMLElement): Omit<LiveChartOptions, 'canvas'> {
  return {
    now: state.serverNow,
    told({ scene, points, candles }) {
      const tape = state.tape.peek();
      const { symbol, trades, last, time } = tape;
      state.drawn.value = {
        symbol,
        interval: scene.interval,
        candles: [...candles],
        from: time.t(scene.from),
        to: time.t(scene.to),
      };
      figure.dataset.points = String(trades.length);
      figure.dataset.drawn = String(points);
      figure.dataset.lastPrice = String(last?.p ?? '');
      figure.dataset.interval = scene.interval;
      figure.dataset.span = String(scene.spanMs);
      figure.dataset.lastCandle = JSON.stringify(candles.at(-1) ?? null);
    },
    need(scene) {
      const tape = state.tape.peek();
      supply(tape, scene, () => {
        if (tape !== state.tape.peek()) return;
        onTrade();
        chart.peek()?.touch();
      });
    },
    moved(view) {
      state.range.value = undefined;
      state.view.value = view;
    },
    read(reading) {
      state.reading.value = reading;
    },
  };
}

/** Keeps the chart showing what the state says, until the returned function is called. */
function follow(live: LiveChart): () => void {
  chart.value = live;
  const unfollow = effect(() => {
    live.show({
      tape: state.tape.value,
      view: state.view.value,
      kind: state.kind.value,
      simulated: state.feed.value === 'simulated',
      missingSince: state.interruptedSince.value,
      levels: state.levels.value,
    });
  });
  const untouch = effect(() => {
    if (state.last.value) live.touch();
  });
  return () => {
    chart.value = undefined;
    unfollow();
    untouch();
    live.destroy();
  };
}
