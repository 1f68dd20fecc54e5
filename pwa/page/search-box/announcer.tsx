import { useEffect, useState } from 'preact/hooks';

/** So long the typing has to rest before a screen reader is told what was found, ms: not at every keystroke. */
const QUIET_MS = 700;

/** Tells screen readers `text` once it has not changed for a moment. */
export function Announcer({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="visually-hidden search-said" role="status">
      {said}
    </p>
  );
}
