/** A finger that rests for so long wants to read, not to move. */
const LONG_PRESS_MS = 320;
/** A pointer that has moved less than this has not moved, CSS pixels. */
const STILL_PX = 7;
/** How much a wheel's pixel zooms; a pinch on a trackpad comes as a wheel with Ctrl and small numbers. */
const WHEEL_ZOOM = 0.0014;
const PINCH_ZOOM = 0.01;
/** A wheel that counts in lines (Firefox) or pages. */
const LINE_PX = 16;
const PAGE_PX = 400;

/** What a hand wants of the chart. Places and ways are CSS pixels from the canvas's left end. */
export interface GestureHandlers {
  /** The crosshair is at `px`; `undefined`: there is none any more. */
  readonly point: (px: number | undefined) => void;
  /** Whether there is a crosshair. */
  readonly isPointing: () => boolean;
  /** The chart is pulled to the right by so many pixels. */
  readonly pull: (px: number) => void;
  /** As much as `factor` times what is shown, around `px`. */
  readonly zoom: (factor: number, px: number) => void;
}

interface Touch {
  readonly startX: number;
  x: number;
}

/**
 * Mouse, pen and fingers on the chart: a mouse that hovers reads, one that drags pans, a wheel zooms; one finger pans, or reads
 * after it has rested, two fingers zoom. What moves up and down scrolls the page (`touch-action: pan-y`). The returned
 * function takes everything off again.
 */
export function followGestures(canvas: HTMLElement, { point, isPointing, pull, zoom }: GestureHandlers): () => void {
  const down = new Map<number, Touch>();
  let mode: 'none' | 'pan' | 'read' | 'pinch' = 'none';
  let timer: number | undefined;

  const place = (event: PointerEvent | WheelEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  const stopWaiting = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const spread = (): { width: number; middle: number } => {
    const [a, b] = [...down.values()];
    return a && b ? { width: Math.abs(a.x - b.x), middle: (a.x + b.x) / 2 } : { width: 0, middle: 0 };
  };

  const onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const x = place(event);
    down.set(event.pointerId, { startX: x, x });
    canvas.setPointerCapture(event.pointerId);
    stopWaiting();
    if (down.size > 1) {
      mode = 'pinch';
      point(undefined);
      return;
    }
    mode = 'none';
    if (event.pointerType === 'mouse') return;
    timer = window.setTimeout(() => {
      mode = 'read';
      point(x);
    }, LONG_PRESS_MS);
  };
  const onMove = (event: PointerEvent): void => {
    const x = place(event);
    const touch = down.get(event.pointerId);
    if (!touch) {
      if (event.pointerType === 'mouse') point(x);
      return;
    }
    const before = touch.x;
    const wide = spread().width;
    touch.x = x;
    if (mode === 'pinch') {
      const { width, middle } = spread();
      pull((x - before) / 2);
      if (wide > STILL_PX && width > STILL_PX) zoom(wide / width, middle);
      return;
    }
    if (mode === 'none' && Math.abs(x - touch.startX) >= STILL_PX) {
      stopWaiting();
      mode = 'pan';
      point(undefined);
    }
    if (mode === 'pan') pull(x - before);
    if (mode === 'read') point(x);
  };
  const onUp = (event: PointerEvent): void => {
    const touch = down.get(event.pointerId);
    stopWaiting();
    if (!touch) return;
    down.delete(event.pointerId);
    // A tap reads, another one ends it.
    const wasTap = mode === 'none' && event.type === 'pointerup' && event.pointerType !== 'mouse';
    if (wasTap) point(isPointing() ? undefined : touch.x);
    mode = down.size === 0 ? 'none' : 'pan';
  };
  // A finger that reads may move up and down as well: the page must not take it for scrolling.
  const onTouchMove = (event: TouchEvent): void => {
    if (mode === 'read' && event.cancelable) event.preventDefault();
  };
  const onMenu = (event: Event): void => {
    if (down.size > 0) event.preventDefault();
  };
  const onLeave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') point(undefined);
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? PAGE_PX : 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pull(-event.deltaX * unit);
      return;
    }
    zoom(Math.exp(event.deltaY * unit * (event.ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM)), place(event));
  };

  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointermove', onMove);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('pointercancel', onUp);
  canvas.addEventListener('pointerleave', onLeave);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  canvas.addEventListener('touchmove', onTouchMove, { passive: false });
  canvas.addEventListener('contextmenu', onMenu);
  return () => {
    stopWaiting();
    canvas.removeEventListener('pointerdown', onDown);
    canvas.removeEventListener('pointermove', onMove);
    canvas.removeEventListener('pointerup', onUp);
    canvas.removeEventListener('pointercancel', onUp);
    canvas.removeEventListener('pointerleave', onLeave);
    canvas.removeEventListener('wheel', onWheel);
    canvas.removeEventListener('touchmove', onTouchMove);
    canvas.removeEventListener('contextmenu', onMenu);
  };
}
