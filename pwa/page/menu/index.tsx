import './style.css';
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';

interface PanelProps {
  readonly onClose: () => void;
}

/** Opens the menu, whose contents come in a chunk of the shell. */
export function MenuButton() {
  const panel = useSignal<ComponentType<PanelProps> | undefined>(undefined);
  const open = useSignal(false);
  const failed = useSignal(false);

  async function show(): Promise<void> {
    failed.value = false;
    try {
      panel.value ??= (await import('../shell/index.tsx')).MenuPanel;
      open.value = true;
    } catch {
      failed.value = true;
    }
  }

  const Panel = panel.value;
  return (
    <>
      <button
        type="button"
        class="menu-button"
        aria-label="Menu"
        title="Menu"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={show}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 5.5h14M3 10h14M3 14.5h14" />
        </svg>
      </button>
      {failed.value && (
        <p class="menu-failed" role="alert">
          The menu could not be loaded. Reload the page to try again.
        </p>
      )}
      {Panel && open.value && (
        <Panel
          onClose={() => {
            open.value = false;
          }}
        />
      )}
    </>
  );
}
