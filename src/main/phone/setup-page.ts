import { createHash } from 'node:crypto';

/** Which steps come first. */
export type Device = 'ios' | 'android' | 'other';

/** What the page says; none of it is a secret. */
export interface SetupFacts {
  /** As the authority is called in a phone's settings. */
  readonly name: string;
  /** SHA-256, in pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  /** `https://…:8443`, without a slash at the end. */
  readonly phoneUrl: string;
}

export const PATHS = { page: '/', certificate: '/tickcast-ca.crt', profile: '/tickcast.mobileconfig' } as const;

/** By what browsers call themselves. An iPad calls itself a Mac: the page's script finds that out. */
export function deviceOf(userAgent: string): Device {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios';
  return /Android/.test(userAgent) ? 'android' : 'other';
}

const TITLES: Readonly<Record<Device, string>> = { ios: 'iPhone and iPad', android: 'Android', other: 'A computer' };

function steps(device: Device, name: string): readonly string[] {
  switch (device) {
    case 'ios':
      return [
        `In Safari, <a class="button" href="${PATHS.profile}">download the profile</a> and allow it.`,
        `Open <b>Settings › General › VPN &amp; Device Management</b>, choose <b>${name}</b> and tap <b>Install</b>.`,
        `Open <b>Settings › General › About › Certificate Trust Settings</b> and switch <b>${name}</b> on.`,
        'Come back to this page.',
      ];
    case 'android':
      return [
        `In Chrome, <a class="button" href="${PATHS.certificate}">download the certificate</a>.`,
        'Open <b>Settings › Security &amp; privacy › More security settings › Encryption &amp; credentials</b> (or search the settings for “CA certificate”).',
        'Choose <b>Install a certificate › CA certificate › Install anyway</b>, then the file <b>tickcast-ca.crt</b>.',
        'Come back to this page. (Firefox trusts it only after a switch of its own; Chrome does at once.)',
      ];
    default:
      return [
        `<a class="button" href="${PATHS.certificate}">Download the certificate</a>.`,
        '<b>macOS:</b> open it, add it to the keychain “login”, then open it there and set <b>Trust › SSL</b> to <b>Always Trust</b>.',
        '<b>Windows:</b> open it, <b>Install Certificate › Current User › Trusted Root Certification Authorities</b>.',
        '<b>Linux:</b> in the browser’s settings, search for “certificates”, and import it as an authority for websites.',
      ];
  }
}

const REMOVING: Readonly<Record<Device, string>> = {
  ios: 'Settings › General › VPN &amp; Device Management › the profile › Remove Profile.',
  android:
    'Settings › Encryption &amp; credentials › User credentials (or Trusted credentials › User) › the certificate › Uninstall.',
  other: 'where you added it: Keychain Access, certmgr.msc, or the browser’s certificates.',
};

/** The page's HTML, the steps for `device` first and open. Without scripts all of it works but the look whether it is done. */
export function setupPage({ name, fingerprint, phoneUrl }: SetupFacts, device: Device): string {
  const safeName = inHtml(name);
  const order: readonly Device[] = [
    device,
    ...(['ios', 'android', 'other'] as const).filter((each) => each !== device),
  ];
  const sections = order.map(
    (each) => `<details id="${each}"${each === device ? ' open' : ''}>
<summary>${TITLES[each]}</summary>
<ol>${steps(each, safeName)
      .map((step) => `<li>${step}</li>`)
      .join('')}</ol>
<p class="small"><b>To remove it again:</b> ${REMOVING[each]}</p>
</details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Tickcast: trust this server</title>
<style>${STYLE}</style>
</head>
<body>
<main data-phone-url="${inHtml(phoneUrl)}">
<h1>Tickcast on this device</h1>
<p>A browser installs an app only from a server it trusts. This Tickcast made a certificate of its own; tell your device once to trust it.</p>
<section class="print">
<h2>Compare</h2>
<p>The terminal where Tickcast was started shows this fingerprint, and so does your device in the certificate’s details (SHA-256). If they differ, do not trust it.</p>
<p class="fingerprint">${fingerprintLines(fingerprint)}</p>
</section>
${sections.join('\n')}
<section class="done">
<p id="state" role="status">When you have done this:</p>
<p><a id="open" class="button" href="${inHtml(phoneUrl)}/">Open Tickcast</a></p>
<p class="small">Scan the second code in the terminal instead, and you need not type the access token.</p>
</section>
<p class="small">The certificate can vouch only for this machine and for addresses of private networks. Prices come from Finnhub, whose terms allow personal use only.</p>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** In four lines of eight pairs, as people compare them. */
function fingerprintLines(fingerprint: string): string {
  const pairs = fingerprint.split(':');
  const lines = [0, 8, 16, 24].map((from) => pairs.slice(from, from + 8).join(' '));
  return lines.join('<br>');
}

function inHtml(text: string): string {
  return text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:dark light;--space:#0a0d13;--surface:#10141c;--edge:#232a37;--text:#eef1f6;--muted:#929cae;--accent:#6ea0ff;--on-accent:#08101f;--good:#35c98f}
@media (prefers-color-scheme:light){:root{--space:#f3f5f8;--surface:#fff;--edge:#dde2ea;--text:#10151f;--muted:#586275;--accent:#1f5fe0;--on-accent:#fff;--good:#08784f}}
*{box-sizing:border-box;margin:0}
body{background:var(--space);color:var(--text);font:1rem/1.5 system-ui,sans-serif;padding:24px 16px 48px}
main{display:grid;gap:16px;max-width:34rem;margin:auto}
h1{font-size:1.5rem;line-height:1.2;letter-spacing:-.02em}
h2,summary{font-size:1.0625rem;font-weight:600}
section,details{display:grid;gap:8px;padding:16px;border:1px solid var(--edge);border-radius:14px;background:var(--surface)}
summary{cursor:pointer;min-height:28px}
ol{display:grid;gap:12px;margin:12px 0;padding-left:1.4em}
.fingerprint{font:.9375rem/1.7 ui-monospace,monospace;overflow-wrap:anywhere}
.small{color:var(--muted);font-size:.875rem}
a{color:var(--accent)}
.button{display:inline-block;padding:8px 16px;border-radius:10px;background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none;line-height:28px}
.trusted{border-color:var(--good)}
.trusted #state{color:var(--good);font-weight:600}
.trusted #open{display:block;padding:14px;text-align:center;font-size:1.125rem}
`;

/** Looks every other second whether the device trusts the server by now: only then can it be asked at all. */
const SCRIPT = `
const main = document.querySelector('main');
const done = document.querySelector('.done');
const state = document.getElementById('state');
if (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1) {
  const ios = document.getElementById('ios');
  document.querySelector('details').before(ios);
  for (const each of document.querySelectorAll('details')) each.open = each === ios;
}
state.textContent = 'Not trusted yet. This page notices when it is.';
async function look() {
  try {
    await fetch(main.dataset.phoneUrl + '/healthz', { mode: 'no-cors', cache: 'no-store', credentials: 'omit' });
  } catch {
    setTimeout(look, 2000);
    return;
  }
  done.classList.add('trusted');
  state.textContent = 'This device trusts Tickcast now.';
  document.querySelector('h1').after(done);
}
look();
`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Lets the page have its own style and script, and ask the one server. */
export function setupPolicy(phoneUrl: string): string {
  // A policy cannot name an IPv6 address (CSP3, host-source).
  const source = phoneUrl.includes('[') ? 'https:' : phoneUrl;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; connect-src ${source}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
