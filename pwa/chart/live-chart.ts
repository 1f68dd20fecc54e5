import { Chart, Filler, LinearScale, LineController, LineElement, type Plugin, PointElement } from 'chart.js';
import type { Candle } from '../../src/protocol/candles.ts';
import { lineStyle, streamingOptions } from './axes.ts';
import { CandleController, type DatasetKind } from './candle-controller.ts';
import { type Reading, readAt, stepFrom } from './crosshair.ts';
import { FrameLoop, type Next } from './frame-loop.ts';
import { followGestures } from './gestures.ts';
import { type ChartSubject, type Picture, paintData, paintOver, paintUnder } from './painter.ts';
import { readPalette } from './palette.ts';
import { PLAIN_TIME } from './time-map.ts';
import { ChartView, type Scene } from './view.ts';
import { type Extent, pan, type Viewport, zoom } from './viewport.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, CandleController);

/** A chart in which nothing moves but time is drawn no more often than this: finer scrolling would keep a processor busy. */
const STILL_EVERY_MS = 100;
/** How often at most it is told what was drawn. */
const TOLD_EVERY_MS = 1000;
/** And how soon after the view has come to rest. */
const TOLD_AFTER_MS = 100;
/** What a step of the crosshair is along a line, CSS pixels. */
const STEP_PX = 4;

/** What was drawn. */
export interface Drawn {
  readonly scene: Scene;
  /** How many points the line has. */
  readonly points: number;
  /** The candles in sight, oldest first, as Chart.js was given them. */
  readonly candles: readonly Candle[];
}

export interface LiveChart {
  show(subject: ChartSubject): void;
  /** The tape has changed. */
  touch(): void;
  /** Shows `factor` times as much. */
  zoom(factor: number): void;
  /** Moves by a part of what is shown: into the past where it is negative. */
  pan(part: number): void;
  /** Moves the crosshair a step, or puts it on the newest; `undefined` takes it away. */
  point(by: 1 | -1 | undefined): void;
  destroy(): void;
}

export interface LiveChartOptions {
  readonly canvas: HTMLCanvasElement;
  /** ms since 1970 UTC by the server's clock. */
  readonly now: () => number;
  /** What was drawn, at most once a second. */
  readonly told: (drawn: Drawn) => void;
  /** Candles that are needed, after every drawing that lacks some. */
  readonly need: (scene: Scene) => void;
  /** A hand has moved the view. */
  readonly moved: (view: Viewport) => void;
  /** What the crosshair reads; `undefined` where there is none. */
  readonly read: (reading: Reading | undefined) => void;
}

/** The canvas, Chart.js and the frame loop around `ChartView`, which decides what is drawn where. */
export function createLiveChart({ canvas, now, told, need, moved, read }: LiveChartOptions): LiveChart {
  const view = new ChartView();
  const candles: Candle[] = [];
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let palette = readPalette(canvas);
  let subject: ChartSubject | undefined;
  let scene: Scene | undefined;
  /** Where the crosshair is, ms on the time axis. */
  let cursor: number | undefined;
  let reading: Reading | undefined;
  let toldAt = 0;

  const picture: Picture = {
    get subject() {
      return subject;
    },
    get scene() {
      return scene;
    },
    get palette() {
      return palette;
    },
    get reading() {
      return reading;
    },
    get decimals() {
      return subject?.tape.decimals ?? 2;
    },
    get time() {
      return subject?.tape.time ?? PLAIN_TIME;
    },
    candles,
    now,
    axisWidth: 0,
  };
  const painter: Plugin<DatasetKind> = {
    id: 'tickcast',
    beforeDatasetsDraw: (drawn) => paintUnder(drawn, picture),
    afterDatasetsDraw: (drawn) => paintOver(drawn, picture),
  };
  const loop = new FrameLoop(draw);
  const restyle = (): void => {
    palette = readPalette(canvas);
    loop.request();
  };
  const chart = new Chart<DatasetKind>(canvas, {
    type: 'line',
    data: {
      datasets: [
        { type: 'line', data: view.points, ...lineStyle(picture) },
        { type: 'candles', data: candles, draw: (drawn) => paintData(drawn, picture) },
      ],
    },
    options: streamingOptions(picture, () => loop.request()),
    plugins: [painter],
  });
  const ungesture = followGestures(canvas, {
    point(px) {
      cursor = px === undefined ? undefined : placeAt(px);
      loop.request();
    },
    pull(px) {
      if (scene) moved(pan(shown(scene), -px * msPerPx(scene), extentNow()));
    },
    zoom(factor, px) {
      if (scene) moved(zoom(shown(scene), factor, placeAt(px) ?? scene.to, extentNow()));
    },
  });
  dark.addEventListener('change', restyle);
  calm.addEventListener('change', restyle);

  return {
    show(next) {
      const isOther = next.tape !== subject?.tape;
      if (isOther) picture.axisWidth = 0;
      if (isOther) cursor = undefined;
      if (isOther || next.kind !== subject?.kind || next.view !== subject.view) {
        // Nothing glides from what was shown before: what a hand moves must not lag behind it.
        view.show(next.tape);
        toldAt = Math.min(toldAt, performance.now() - TOLD_EVERY_MS + TOLD_AFTER_MS);
      }
      subject = next;
      loop.request();
    },
    touch: () => loop.request(),
    zoom(factor) {
      if (scene) moved(zoom(shown(scene), factor, (scene.from + scene.to) / 2, extentNow()));
    },
    pan(part) {
      if (scene) moved(pan(shown(scene), part * scene.spanMs, extentNow()));
    },
    point(by) {
      if (!scene || !subject) return;
      const { tape } = subject;
      const newest = Math.min(tape.time.x(tape.last?.t ?? now()), scene.to);
      if (by === undefined) cursor = undefined;
      else cursor = cursor === undefined ? newest : stepFrom(tape, scene, cursor, by, STEP_PX * msPerPx(scene));
      loop.request();
    },
    destroy() {
      loop.stop();
      ungesture();
      dark.removeEventListener('change', restyle);
      calm.removeEventListener('change', restyle);
      chart.destroy();
    },
  };

  function draw(): Next {
    if (!subject) return TOLD_EVERY_MS;
    const { tape, kind, levels } = subject;
    const width = Math.max(1, chart.chartArea ? chart.chartArea.right - chart.chartArea.left : canvas.clientWidth);
    const edge = tape.clock.edge(now());
    // The chart scrolls by whole device pixels: finer steps could not be seen.
    const stepMs = (scene?.spanMs ?? subject.view.spanMs) / width / Math.max(1, devicePixelRatio);
    const stepped = Math.floor(edge / stepMs) * stepMs;
    scene = view.scene({
      now: performance.now(),
      edge: stepped,
      view: subject.view,
      kind,
      width,
      reducedMotion: calm.matches,
      levels: levels.map(({ p }) => p),
    });
    candles.length = 0;
    if (scene) for (const candle of scene.candles.slice(scene.first, scene.end)) candles.push(candle);
    readCursor();
    chart.update('none');
    if (!scene) return TOLD_EVERY_MS;
    need(scene);
    const at = performance.now();
    if (at - toldAt >= TOLD_EVERY_MS) {
      toldAt = at;
      told({ scene, points: view.points.length, candles });
    }
    if (scene.moving) return 'frame';
    const isLive = subject.view.right === undefined;
    return isLive ? Math.max(STILL_EVERY_MS, stepped + stepMs - edge) : TOLD_EVERY_MS;
  }

  function readCursor(): void {
    const before = reading;
    reading = cursor === undefined || !scene || !subject ? undefined : readAt(subject.tape, scene, cursor);
    if (reading !== before) read(reading);
  }

  function placeAt(px: number): number | undefined {
    if (!chart.scales.x || !chart.chartArea) return undefined;
    return chart.scales.x.getValueForPixel(Math.min(Math.max(px, chart.chartArea.left), chart.chartArea.right));
  }

  function msPerPx({ from, to }: Scene): number {
    return (to - from) / Math.max(1, chart.chartArea.right - chart.chartArea.left);
  }

  /** The view as it is drawn: a young chart shows less than it was asked for. */
  function shown({ spanMs }: Scene): Viewport {
    return { ...subject?.view, spanMs };
  }

  function extentNow(): Extent {
    const tape = subject?.tape;
    const present = tape ? tape.time.x(tape.clock.edge(now())) : 0;
    return { present, oldest: tape?.oldest === undefined ? present : tape.time.x(tape.oldest) };
  }
}
