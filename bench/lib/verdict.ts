/** Whether what was promised was measured: a line of a list. A comparison with NaN is false, and so no promise is kept. */
export function verdict(isKept: boolean, what: string): string {
  return `- ${isKept ? 'met' : '**not met**'}: ${what}`;
}
