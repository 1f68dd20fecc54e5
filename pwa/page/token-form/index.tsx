import './style.css';
import { useSignal } from '@preact/signals';
import { reconnect } from '../session.ts';
import { tokenProblem as problem } from '../state.ts';
import { sendToken } from '../token.ts';

export function TokenForm() {
  const busy = useSignal(false);
  const token = useSignal('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value || token.value.trim() === '') return;
    busy.value = true;
    problem.value = (await sendToken(token.value.trim())) ?? '';
    busy.value = false;
    if (problem.value === '') reconnect();
  }

  return (
    <form class="token-form" onSubmit={submit}>
      <h1>Access token needed</h1>
      <p>This Tickcast is not open to everyone. Enter the token its owner set; this browser then remembers it.</p>
      <label for="token">Access token</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        spellcheck={false}
        aria-invalid={problem.value !== ''}
        aria-describedby="token-problem"
        value={token}
        onInput={(event) => {
          token.value = event.currentTarget.value;
          problem.value = '';
        }}
      />
      <p id="token-problem" class="token-problem" role="alert">
        {problem}
      </p>
      <button type="submit" disabled={busy.value}>
        {busy.value ? 'Checking…' : 'Continue'}
      </button>
    </form>
  );
}
