/** What a drawing says about the next one. */
export type Next =
  /** Something moves: draw in the next frame. */
  | 'frame'
  /** Nothing moves before this many ms have gone by. */
  | number;

/**
 * Draws at most once an animation frame, only when asked to or when the last drawing wanted another, and never in a
 * hidden tab.
 */
export class FrameLoop {
  readonly #draw: () => Next;
  #frame: number | undefined;
  #timer: number | undefined;
  readonly #onVisibility = (): void => {
    if (document.hidden) this.#cancel();
    else this.request();
  };

  constructor(draw: () => Next) {
    this.#draw = draw;
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  request(): void {
    if (this.#frame !== undefined || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      const next = this.#draw();
      if (next === 'frame') this.request();
      else this.#timer = window.setTimeout(() => this.request(), next);
    });
  }

  stop(): void {
    this.#cancel();
    document.removeEventListener('visibilitychange', this.#onVisibility);
  }

  #cancel(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
  }
}
