// Draws what is drawn of the product itself: the icons as PNG out of icons/icon.svg, the screenshots of the manifest, and the
// README's pictures. Needs a build in dist/ and Chromium.
// Usage: npm run pictures [-- --seconds N]      how long the simulated feed runs before the pictures are taken
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DESK, launchBrowser, PHONE } from '../../test/browser/browser.ts';
import { startTickcast } from '../../test/support/server.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '120' } } });
const root = dirname(dirname(import.meta.dirname));
const icons = join(root, 'pwa/icons');
const pictures = join(root, 'docs/pictures');

const WATCHED = [
  ['BINANCE:BTCUSDT', 'Bitcoin / Tether'],
  ['AAPL', 'Apple Inc'],
  ['NVDA', 'NVIDIA Corp'],
  ['MSFT', 'Microsoft Corp'],
  ['OANDA:EUR_USD', 'Euro / US Dollar'],
  ['BINANCE:ETHUSDT', 'Ethereum / Tether'],
].map(([symbol, description]) => ({ symbol, description }));

/** The icon's own blue. */
const GROUND = '#2f6bea';
/** How much of the picture the icon takes. The mask of a system may cut off all but a circle of 80 %; https://web.dev/maskable-icon */
const ICONS = [
  { file: 'icon-192.png', size: 192, scale: 1, ground: 'transparent' },
  { file: 'icon-512.png', size: 512, scale: 1, ground: 'transparent' },
  { file: 'maskable-512.png', size: 512, scale: 0.8, ground: GROUND },
  { file: 'apple-180.png', size: 180, scale: 0.9, ground: GROUND },
];

const browser = await launchBrowser();
try {
  await drawIcons();
  const server = await startTickcast();
  try {
    await drawPage(server.url);
  } finally {
    await server.stop();
  }
} finally {
  await browser.close();
}

async function drawIcons() {
  const svg = await readFile(join(icons, 'icon.svg'), 'utf8');
  for (const { file, size, scale, ground } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const inner = Math.round(size * scale);
    await page.setContent(
      `<style>body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${ground} }
       svg { width: ${inner}px; height: ${inner}px }</style>${svg}`,
    );
    await page.screenshot({ path: join(icons, file), omitBackground: true });
    await page.close();
  }
}

async function drawPage(url) {
  await mkdir(pictures, { recursive: true });
  const views = [];
  for (const [name, viewport, deviceScaleFactor] of [
    ['phone', PHONE, 2],
    ['desk', DESK, 1],
  ]) {
    for (const colorScheme of ['dark', 'light']) {
      const page = await browser.newPage({ viewport, deviceScaleFactor, colorScheme, locale: 'en-US' });
      const watched = JSON.stringify(JSON.stringify(WATCHED));
      await page.addInitScript(
        `localStorage.setItem('tickcast.feed', 'simulated'); localStorage.setItem('tickcast.simulated.watch', ${watched})`,
      );
      await page.goto(url);
      await page.locator('.connection-text', { hasText: /^Live$/ }).waitFor();
      views.push({ page, name: `${name}-${colorScheme}` });
    }
  }
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  for (const { page, name } of views) await page.screenshot({ path: join(pictures, `${name}.png`) });
  const screens = join(root, 'pwa/screens');
  await views.find(({ name }) => name === 'phone-dark')?.page.screenshot({ path: join(screens, 'narrow.png') });
  await views.find(({ name }) => name === 'desk-dark')?.page.screenshot({ path: join(screens, 'wide.png') });
}
