import { describe, expect, it } from 'vitest';
import { type Outcome, Requests } from '../../pwa/page/requests.ts';

/** A request that ends when it is told to. */
function openRequest() {
  let end: (outcome: Outcome) => void = () => undefined;
  const made = { count: 0 };
  const load = (): Promise<Outcome> => {
    made.count += 1;
    return new Promise((resolve) => {
      end = resolve;
    });
  };
  return { load, made, end: (outcome: Outcome) => end(outcome) };
}

describe("the page's requests for the past", () => {
  it('are made once: whoever wants the newest meanwhile gets the same', async () => {
    const requests = new Requests(() => 0);
    const { load, made, end } = openRequest();
    const [first, second] = [requests.once('1m', 'new', load), requests.once('1m', 'new', load)];
    expect(await requests.once('1m', 'old', load)).toBe(false);
    end('came');
    expect([await first, await second, made.count]).toEqual([true, true, 1]);
  });

  it('about different things do not wait for one another', async () => {
    const requests = new Requests(() => 0);
    expect(await Promise.all(['1m', '1s'].map((what) => requests.once(what, 'new', async () => 'came')))).toEqual([
      true,
      true,
    ]);
  });

  it('are not made again soon after one that failed or came too early to be of use', async () => {
    for (const outcome of ['failed', 'late'] as const) {
      let now = 0;
      let count = 0;
      const requests = new Requests(() => now);
      const ask = () =>
        requests.once('1m', 'new', async () => {
          count += 1;
          return outcome;
        });
      await ask();
      now = 3_999;
      expect(await ask()).toBe(false);
      expect(count).toBe(1);
      now = 4_001;
      await ask();
      expect(count).toBe(2);
    }
  });

  it('for what is new pause after each, for what is old go on at once', async () => {
    let now = 0;
    const counts = { new: 0, old: 0 };
    const requests = new Requests(() => now);
    const ask = (age: 'new' | 'old') =>
      requests.once('1m', age, async () => {
        counts[age] += 1;
        return 'came';
      });
    for (let i = 0; i < 5; i += 1) {
      await ask('new');
      await ask('old');
    }
    expect(counts).toEqual({ new: 1, old: 5 });
    now = 1_501;
    await ask('new');
    expect(counts.new).toBe(2);
  });
});
