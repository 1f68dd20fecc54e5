import type { ChartKind } from '../../chart/view.ts';
import { chart, ZOOM_STEP } from '../chart-panel/chart.ts';
import { drawn, isTableOpen, kind, symbol } from '../state.ts';
import { rememberKind } from '../storage.ts';

const KINDS: readonly (readonly [ChartKind, string, string])[] = [
  ['line', 'Line', 'Line'],
  ['candles', 'Candles', 'Candles'],
  ['trades', 'Trades', 'All trades'],
];

/** How the chart is drawn, a closer look, the numbers behind it. */
export function Tools() {
  return (
    <div class="tools">
      <fieldset class="segments kinds">
        <legend class="visually-hidden">How the chart is drawn</legend>
        {KINDS.map(([each, label, name]) => (
          <button
            key={each}
            type="button"
            aria-label={name}
            title={name}
            aria-pressed={kind.value === each}
            onClick={() => {
              kind.value = each;
              rememberKind(each);
            }}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <div class="icons">
        <IconButton label="Zoom in" path="M10 4v12M4 10h12" onClick={() => chart.value?.zoom(1 / ZOOM_STEP)} />
        <IconButton label="Zoom out" path="M4 10h12" onClick={() => chart.value?.zoom(ZOOM_STEP)} />
        <IconButton
          label="Table"
          path="M3 4.5h14M3 10h14M3 15.5h14M8 4.5v11"
          pressed={isTableOpen.value}
          onClick={() => {
            isTableOpen.value = !isTableOpen.value;
          }}
        />
        <a
          class="icon"
          href={csvPath()}
          download={`${symbol.value.replaceAll(':', '-')}.csv`}
          aria-label="Download trades as CSV"
          title="Download trades as CSV"
        >
          <Icon path="M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M4 16.5h12" />
        </a>
      </div>
    </div>
  );
}

/** Every trade in sight, condition codes included. */
function csvPath(): string {
  const { value } = drawn;
  const query = new URLSearchParams({ symbol: symbol.value, format: 'csv' });
  if (value?.symbol === symbol.value) {
    query.set('from', String(Math.floor(value.from)));
    query.set('to', String(Math.ceil(value.to)));
  }
  return `/api/trades?${query}`;
}

interface IconButtonProps {
  readonly label: string;
  readonly path: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function IconButton({ label, path, pressed, onClick }: IconButtonProps) {
  return (
    <button type="button" class="icon" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon path={path} />
    </button>
  );
}

function Icon({ path }: { readonly path: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
