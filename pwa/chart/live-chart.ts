import { Chart, LinearScale, type Plugin, PointElement } from 'chart.js';
import type { Candle } from '../../src/protocol/candles.ts';
import { fitAxis, moveAxes, streamingOptions } from './axes.ts';
import { type Reading, stepFrom } from './crosshair.ts';
import { Cursor } from './cursor.ts';
import { FrameLoop, type Next } from './frame-loop.ts';
import { followGestures } from './gestures.ts';
import { LineFill } from './paint-line.ts';
import { type DatasetKind, PaintedController } from './painted-controller.ts';
import { type ChartSubject, type Picture, paintData, paintOver, paintTrace, paintUnder } from './painter.ts';
import { readPalette } from './palette.ts';
import type { Tape } from './tape.ts';
import { PLAIN_TIME, type TimeAxis } from './time-map.ts';
import { ChartView, type Scene } from './view.ts';
import { type Extent, pan, type Viewport, zoom } from './viewport.ts';

Chart.register(PaintedController, PointElement, LinearScale);

/** A chart in which nothing moves but time is drawn no more often than this: finer scrolling would keep a processor busy. */
const STILL_EVERY_MS = 100;
/** How often at most it is told what was drawn. */
const TOLD_EVERY_MS = 1000;
/** And how soon after the view has come to rest. */
const TOLD_AFTER_MS = 100;
/** What a step of the crosshair is along a line, CSS pixels. */
const STEP_PX = 4;
/** How much of what is in sight the view goes on by when the crosshair leaves it. */
const STEP_AHEAD = 0.1;

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
  /** The page's colours have changed. */
  restyle(): void;
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
  const cursor = new Cursor();
  let toldAt = 0;
  let timeBefore: TimeAxis | undefined;

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
      return cursor.reading;
    },
    get decimals() {
      return subject?.tape.decimals ?? 2;
    },
    get time() {
      return subject?.tape.time ?? PLAIN_TIME;
    },
    points: view.points,
    fill: new LineFill(),
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
    type: 'painted',
    data: {
      // The first lies over the others.
      datasets: [
        { data: view.points, clip: 0, draw: (drawn) => paintTrace(drawn, picture) },
        { data: candles, clip: 0, draw: (drawn) => paintData(drawn, picture) },
      ],
    },
    options: streamingOptions(picture, () => loop.request()),
    plugins: [painter],
  });
  const ungesture = followGestures(canvas, {
    point(px) {
      if (px === undefined) cursor.remove();
      else cursor.follow(px);
      loop.request();
    },
    isPointing: () => cursor.isOn,
    pull: (px) => panBy((scene) => -px * msPerPx(scene)),
    zoom(factor, px) {
      if (scene) moved(zoom(shown(scene), factor, placeAt(px) ?? scene.to, extentNow()));
    },
  });
  dark.addEventListener('change', restyle);
  calm.addEventListener('change', restyle);

  return {
    show(next) {
      const isOther = next.tape !== subject?.tape;
      if (isOther) {
        picture.axisWidth = 0;
        timeBefore = next.tape.time;
        cursor.remove();
      }
      if (isOther || next.kind !== subject?.kind || next.view !== subject.view) {
        // Nothing glides from what was shown before: what a hand moves must not lag behind it.
        view.show(next.tape);
        toldAt = Math.min(toldAt, performance.now() - TOLD_EVERY_MS + TOLD_AFTER_MS);
      }
      subject = next;
      loop.request();
    },
    touch: () => loop.request(),
    restyle,
    zoom(factor) {
      if (scene) moved(zoom(shown(scene), factor, (scene.from + scene.to) / 2, extentNow()));
    },
    pan: (part) => panBy(({ spanMs }) => part * spanMs),
    point(by) {
      if (!scene || !subject) return;
      if (by === undefined) cursor.remove();
      else step(subject.tape, scene, by);
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
    const edge = tape.clock.edge(now(), tape.last?.t);
    followTime(tape);
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
    if (!scene) {
      chart.update('none');
      return TOLD_EVERY_MS;
    }
    moveAxes(chart, scene);
    if (cursor.read(tape, scene, placeAt)) read(cursor.reading);
    // Only another layout is worth an update.
    if (fitAxis(chart.ctx, picture)) chart.update('none');
    else chart.draw();
    need(scene);
    const at = performance.now();
    if (at - toldAt >= TOLD_EVERY_MS) {
      toldAt = at;
      told({ scene, points: view.points.length, candles });
    }
    if (scene.moving) return 'frame';
    // The past stands still, and so does a market that is closed.
    const moves = subject.view.right === undefined && tape.time.x(edge + TOLD_EVERY_MS) > tape.time.x(edge);
    return moves ? Math.max(STILL_EVERY_MS, stepped + stepMs - edge) : TOLD_EVERY_MS;
  }

  /** Where closed hours got their width after all, the view stays at its moment. */
  function followTime({ time }: Tape): void {
    const before = timeBefore;
    timeBefore = time;
    const { view: now } = subject ?? {};
    if (!before || before === time || !now || now.right === undefined) return;
    cursor.remove();
    const right = time.x(before.t(now.right));
    if (right !== now.right) moved({ ...now, right });
  }

  function panBy(way: (scene: Scene) => number): void {
    if (!scene || !subject) return;
    const from = shown(scene);
    const to = pan(from, way(scene), extentNow());
    if (to !== from) moved(to);
  }

  /** The crosshair goes a step; at the left end the view goes with it. */
  function step(tape: Tape, scene: Scene, by: 1 | -1): void {
    const newest = Math.min(tape.time.x(tape.last?.t ?? now()), scene.to);
    const x = cursor.x === undefined ? newest : stepFrom(tape, scene, cursor.x, by, STEP_PX * msPerPx(scene));
    cursor.put(x);
    if (x < scene.from) panBy(() => x - scene.from - scene.spanMs * STEP_AHEAD);
    else if (x > scene.to) panBy(() => x - scene.to);
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
    return subject ? extentOf(subject.tape, now()) : { oldest: 0, present: 0 };
  }
}

/** How far the axis reaches at `now`, ms since 1970 UTC. */
function extentOf({ clock, time, last, oldest }: Tape, now: number): Extent {
  const present = time.x(clock.edge(now, last?.t));
  return { present, oldest: oldest === undefined ? present : time.x(oldest) };
}
