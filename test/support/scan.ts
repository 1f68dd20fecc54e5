import jsQR from 'jsqr';

/** Pixels a module of a code. */
const SCALE = 4;

/** Reads the codes as a camera would: from light and dark pixels. */
export function codesIn(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is sent
  const rows = text.split(/\r?\n/).map((line) => /\u001b\[38;5;231;48;5;16m([█▀▄ ]+)\u001b\[0m/.exec(line)?.[1]);
  const blocks: string[][] = [[]];
  for (const row of rows) {
    if (row !== undefined) blocks.at(-1)?.push(row);
    else if (blocks.at(-1)?.length !== 0) blocks.push([]);
  }
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => {
      const width = (block[0]?.length ?? 0) * SCALE;
      const height = block.length * 2 * SCALE;
      const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const cell = block[Math.floor(y / SCALE / 2)]?.[Math.floor(x / SCALE)] ?? ' ';
          const isUpper = Math.floor(y / SCALE) % 2 === 0;
          const isLight = cell === '█' || cell === (isUpper ? '▀' : '▄');
          pixels.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
        }
      }
      return jsQR(pixels, width, height)?.data ?? 'unreadable';
    });
}
