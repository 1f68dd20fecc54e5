/** What is noted in the page itself. Times are ms since the navigation began, but for `shown`. */
export interface PageNotes {
  /** When the frame was painted that first had a price in large figures, and the first in which the chart had prices. */
  priceAt: number | undefined;
  chartAt: number | undefined;
  frames: number;
  /** How often the chart was drawn. */
  drawings: number;
  /** Every price in large figures that was painted, and when, ms since 1970 UTC. */
  shown: { at: number; price: number }[];
  /** Tasks of more than 50 ms; `at` in ms since 1970 UTC. */
  longTasks: { at: number; ms: number }[];
}

/** Runs in the page before anything of its own, and leaves its notes in `globalThis.benchNotes`. */
export function spyOnPage(): void {
  const notes: PageNotes = {
    priceAt: undefined,
    chartAt: undefined,
    frames: 0,
    drawings: 0,
    shown: [],
    longTasks: [],
  };
  Object.assign(globalThis, { benchNotes: notes });
  const { prototype } = CanvasRenderingContext2D;
  const { fillText, clearRect } = prototype;
  let hasPrices = false;
  // A label of the price axis: the line is drawn in the same go.
  prototype.fillText = function (text: string, ...rest) {
    if (/^[\d,]+\.\d+$/.test(text)) {
      hasPrices = true;
      prototype.fillText = fillText;
    }
    fillText.call(this, text, ...rest);
  };
  // Chart.js begins every drawing with it.
  prototype.clearRect = function (...rest) {
    notes.drawings += 1;
    clearRect.apply(this, rest);
  };
  let element: Element | null = null;
  let before = '';
  // What is read in a task after the frame's callbacks is what was painted.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    if (hasPrices) notes.chartAt ??= now;
    if (!element?.isConnected) element = document.querySelector('.price');
    const text = element?.textContent ?? '';
    if (text === before) return;
    before = text;
    const price = Number(text.replaceAll(',', ''));
    if (!(price > 0)) return;
    notes.priceAt ??= now;
    notes.shown.push({ at: performance.timeOrigin + now, price });
  };
  const onFrame = (): void => {
    notes.frames += 1;
    port2.postMessage(0);
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      notes.longTasks.push({ at: performance.timeOrigin + startTime, ms: duration });
    }
  }).observe({ type: 'longtask' });
}
