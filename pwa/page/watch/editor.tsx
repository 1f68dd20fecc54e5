import type { Pick } from '../storage.ts';
import { remove } from './undo.ts';
import { move, watched } from './watched.ts';

/** A row while the list is put in order: it is dragged by its grip, or moved by its buttons. */
export function Editor({ entry: { symbol, description } }: { readonly entry: Pick }) {
  const at = watched.value.findIndex((each) => each.symbol === symbol);
  const isLast = at === watched.value.length - 1;
  return (
    <div class="watch-editor">
      <Tool label={`Take ${symbol} off the list`} path="M5 10h10" onClick={() => remove(symbol)} />
      <span class="watch-who">
        <b>{symbol}</b>
        <span>{description}</span>
      </span>
      <Tool label={`Move ${symbol} up`} path="m5 12 5-5 5 5" off={at === 0} onClick={() => move(at, at - 1)} />
      <Tool label={`Move ${symbol} down`} path="m5 8 5 5 5-5" off={isLast} onClick={() => move(at, at + 1)} />
      <span class="watch-grip" onPointerDown={(event) => drag(event, symbol)}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 7h12M4 13h12" />
        </svg>
      </span>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly path: string;
  readonly off?: boolean;
  readonly onClick: () => void;
}

function Tool({ label, path, off = false, onClick }: ToolProps) {
  return (
    <button type="button" class="watch-tool" aria-label={label} title={label} disabled={off} onClick={onClick}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

/** The row changes places with those that the finger reaches. */
function drag(event: PointerEvent, symbol: string): void {
  const grip = event.currentTarget as HTMLElement;
  const list = grip.closest('ul');
  if (!list) return;
  event.preventDefault();
  const follow = ({ clientY }: PointerEvent): void => {
    const from = watched.peek().findIndex((each) => each.symbol === symbol);
    const boxes = [...list.children].map((each) => each.getBoundingClientRect());
    const to = boxes.findIndex(({ top, bottom }) => clientY >= top && clientY < bottom);
    if (to >= 0 && to !== from) move(from, to);
  };
  // On the window: a row that changes its place lets go of the pointer.
  const end = (): void => {
    removeEventListener('pointermove', follow);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
  };
  addEventListener('pointermove', follow);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}
