/** A button that puts something away. */
export function Cross({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="cross" aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="m5 5 10 10M15 5 5 15" />
      </svg>
    </button>
  );
}
