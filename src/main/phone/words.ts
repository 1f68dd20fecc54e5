import { renderUnicodeCompact } from 'uqr';
import type { HostNames } from './host-names.ts';

/** What whoever starts Tickcast needs in order to bring it onto a phone. */
export interface PhoneFacts {
  /** Of the page that tells how to trust the authority. */
  readonly setupUrl: string;
  /** `https://…:8443` */
  readonly phoneUrl: string;
  /** The same by the machine's own name, where it has one. */
  readonly namedUrl: string | undefined;
  readonly fingerprint: string;
  readonly token: string;
  /** Where the token is to be found: a file, or the setting. */
  readonly tokenPlace: string;
}

/** Colours of their own, since a code must be dark on light whatever the terminal's are. */
const LIGHT_ON_DARK = '\u001b[38;5;231;48;5;16m';
const RESET = '\u001b[0m';
/** Modules around a code; the standard asks for four, and scanners do with less. */
const BORDER = 3;

/** For a terminal only: it has the token in it. */
export function terminalText({ setupUrl, phoneUrl, namedUrl, fingerprint, token }: PhoneFacts): string {
  const openUrl = `${phoneUrl}/#token=${token}`;
  const byName = namedUrl === undefined ? '' : `\n     Also ${namedUrl}, where the network knows that name.`;
  return `
  Tickcast on your phone, in the same network as this machine

  1. Trust this server, once on each phone: scan, and do what the page says.
     ${setupUrl}

${code(setupUrl)}

     The phone shows this SHA-256 fingerprint in the certificate's details, or it is not ours:
     ${fingerprint.slice(0, 47)}
     ${fingerprint.slice(48)}

  2. Open the chart: scan. The code holds the access token: whoever has it gets in.
     ${openUrl}${byName}

${code(openUrl)}

  Finnhub allows personal use only: for your own devices, not for passing prices on.

`;
}

/** For a log, without the token. */
export function logText({ setupUrl, phoneUrl, fingerprint, tokenPlace }: PhoneFacts): string {
  return `Phones: trust this server at ${setupUrl} (SHA-256 ${fingerprint}), then open ${phoneUrl}; the access token is in ${tokenPlace}. Finnhub allows personal use only`;
}

/** What keeps phones from coming in, if anything does. `authorityFrom`: when the authority begins to be valid, ms. */
export function problemOf(host: HostNames, served: HostNames, authorityFrom: number, now: number): string | undefined {
  if (host.addresses.length === 0) {
    return 'no phone can reach this machine: it has no address in a network (only loopback); connect it, then start Tickcast again';
  }
  if (served.addresses.length === 0) {
    return `the authority that phones trust cannot vouch for ${host.addresses.join(', ')}: remove DATA_DIR/phone/authority.pem to get one that can, and trust it on every phone`;
  }
  if (authorityFrom > now) {
    return `the authority that phones trust begins only on ${new Date(authorityFrom).toISOString()}: is this machine's clock right?`;
  }
  return undefined;
}

function code(text: string): string {
  return renderUnicodeCompact(text, { border: BORDER })
    .split('\n')
    .map((line) => `     ${LIGHT_ON_DARK}${line}${RESET}`)
    .join('\n');
}
