/** The colour behind everything in the dark, as in page/base.css; the page says itself what a light one looks like. */
const SPACE = '#0a0d13';

/**
 * What makes the page an app: https://www.w3.org/TR/appmanifest/. Its files have hashed names, so that an installed page learns of
 * a new icon.
 * @param {(file: string) => string} path the path of a file below icons/ or screens/ as it is served
 */
export function manifest(path) {
  const icon = (file, sizes, purpose = 'any') => ({ src: path(file), sizes, type: typeOf(file), purpose });
  const screenshot = (file, sizes, form_factor, label) => ({
    src: path(file),
    sizes,
    type: typeOf(file),
    form_factor,
    label,
  });
  const shortcut = (name, url) => ({ name, url, icons: [icon('icon-192.png', '192x192')] });
  return {
    id: '/',
    name: 'Tickcast',
    short_name: 'Tickcast',
    description: 'Live prices from one Finnhub connection, on all your screens.',
    lang: 'en',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    orientation: 'any',
    theme_color: SPACE,
    background_color: SPACE,
    categories: ['finance'],
    icons: [
      icon('icon-192.png', '192x192'),
      icon('icon-512.png', '512x512'),
      icon('maskable-512.png', '512x512', 'maskable'),
      icon('icon.svg', 'any'),
    ],
    screenshots: [
      screenshot('narrow.png', '780x1688', 'narrow', 'A live chart on a phone'),
      screenshot('wide.png', '1440x900', 'wide', 'A live chart on a desk'),
    ],
    shortcuts: [
      shortcut('Symbol viewed last', '/?recent=1'),
      shortcut('The one before', '/?recent=2'),
      shortcut('Search a symbol', '/?search'),
    ],
  };
}

function typeOf(file) {
  return file.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
}
