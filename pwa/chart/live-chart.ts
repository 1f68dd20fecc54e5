import { Chart, Filler, LinearScale, LineController, LineElement, type Plugin, PointElement } from 'chart.js';
import { type AxisSource, lineStyle, streamingOptions } from './axes.ts';
import { formatPrice } from './formats.ts';
import { FrameLoop, type Next } from './frame-loop.ts';
import { LineView, type Scene } from './line-view.ts';
import { type Plot, paintBreaks, paintHead, paintSimulated } from './paint.ts';
import { readPalette } from './palette.ts';
import { growingWindow } from './range.ts';
import type { Break, Tape } from './tape.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

/** A chart in which nothing moves but time is drawn no more often than this: finer scrolling would keep a processor busy. */
const STILL_EVERY_MS = 100;
/** How often at most it is told what was drawn. */
const TOLD_EVERY_MS = 1000;

/** What the chart shows. */
export interface ChartSubject {
  readonly tape: Tape;
  readonly windowMs: number;
  readonly simulated: boolean;
  /** Since when the feed is interrupted, ms since 1970 UTC. */
  readonly missingSince: number | undefined;
}

export interface LiveChart {
  show(subject: ChartSubject): void;
  /** The tape has new trades. */
  touch(): void;
  destroy(): void;
}

export interface LiveChartOptions {
  readonly canvas: HTMLCanvasElement;
  /** ms since 1970 UTC by the server's clock. */
  readonly now: () => number;
  /** How many points were drawn, at most once a second. */
  readonly told: (points: number) => void;
}

/** The canvas, Chart.js and the frame loop around `LineView`, which decides what is drawn where. */
export function createLiveChart({ canvas, now, told }: LiveChartOptions): LiveChart {
  const view = new LineView();
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let palette = readPalette(canvas);
  let subject: ChartSubject | undefined;
  let scene: Scene | undefined;
  let toldAt = 0;

  const source: AxisSource = {
    get scene() {
      return scene;
    },
    get palette() {
      return palette;
    },
    get decimals() {
      return subject?.tape.decimals ?? 2;
    },
    axisWidth: 0,
  };
  const painter: Plugin<'line'> = {
    id: 'tickcast',
    beforeDatasetsDraw(drawn) {
      const plot = plotOf(drawn);
      if (!subject || !plot) return;
      if (subject.simulated) paintSimulated(drawn.ctx, plot, palette);
      if (scene) paintBreaks(drawn.ctx, plot, palette, breaksOf(subject, scene));
    },
    afterDatasetsDraw(drawn) {
      const plot = plotOf(drawn);
      const last = subject?.tape.last;
      if (!scene || !last || !plot) return;
      // The tag glides, its figures do not: a price between two trades was never paid.
      paintHead(drawn.ctx, plot, palette, scene, formatPrice(last.p, source.decimals));
    },
  };
  const loop = new FrameLoop(draw);
  const restyle = (): void => {
    palette = readPalette(canvas);
    loop.request();
  };
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [{ data: view.points, ...lineStyle(source) }] },
    options: streamingOptions(source, () => loop.request()),
    plugins: [painter],
  });
  dark.addEventListener('change', restyle);
  calm.addEventListener('change', restyle);

  return {
    show(next) {
      const isOther = next.tape !== subject?.tape;
      if (isOther) source.axisWidth = 0;
      if (isOther || next.windowMs !== subject?.windowMs) view.show(next.tape);
      subject = next;
      loop.request();
    },
    touch: () => loop.request(),
    destroy() {
      loop.stop();
      dark.removeEventListener('change', restyle);
      calm.removeEventListener('change', restyle);
      chart.destroy();
    },
  };

  function draw(): Next {
    if (!subject) return TOLD_EVERY_MS;
    const { tape } = subject;
    const edge = tape.clock.edge(now());
    const windowMs = growingWindow(subject.windowMs, edge - tape.ring.timeAt(0));
    const width = Math.max(1, chart.chartArea ? chart.chartArea.right - chart.chartArea.left : canvas.clientWidth);
    // The chart scrolls by whole device pixels: finer steps could not be seen.
    const stepMs = windowMs / width / Math.max(1, devicePixelRatio);
    const stepped = Math.floor(edge / stepMs) * stepMs;
    scene = view.scene({
      now: performance.now(),
      edge: stepped,
      windowMs,
      width,
      reducedMotion: calm.matches,
    });
    chart.update('none');
    const at = performance.now();
    if (at - toldAt >= TOLD_EVERY_MS) {
      toldAt = at;
      told(view.points.length);
    }
    return scene?.moving ? 'frame' : Math.max(STILL_EVERY_MS, stepped + stepMs - edge);
  }
}

function plotOf(chart: Chart<'line'>): Plot | undefined {
  const { x, y } = chart.scales;
  if (!x || !y || !chart.chartArea) return undefined;
  return {
    area: chart.chartArea,
    width: chart.width,
    x: (t) => x.getPixelForValue(t),
    y: (price) => y.getPixelForValue(price),
  };
}

/** The known breaks, and the one that is still going on. */
function breaksOf({ tape, missingSince }: ChartSubject, scene: Scene): readonly Break[] {
  if (missingSince === undefined) return tape.breaks;
  return [...tape.breaks, { from: missingSince, to: scene.to, label: 'No data' }];
}
