import { seededRandom } from './stats.ts';

/** Words as people type them, never the same: beginnings of words, two of them, and words with a slip. */
export function distinctSearches(): () => string {
  const random = seededRandom(7);
  const words = 'apple microsoft energy mining gold bank pharma therapeutics capital trust global motors'.split(' ');
  const word = (): string => words[Math.floor(random() * words.length)] ?? '';
  let count = 0;
  return () => {
    count += 1;
    const first = word();
    const at = Math.floor(random() * first.length);
    const tail = count.toString(36);
    switch (count % 3) {
      case 0:
        return `${first.slice(0, 2 + at)} ${tail}`;
      case 1:
        return `${first} ${word().slice(0, 3)}${tail}`;
      default:
        return `${first.slice(0, at)}${first.slice(at + 1)} ${tail}`;
    }
  };
}
