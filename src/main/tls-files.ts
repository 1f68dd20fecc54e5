import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { errorText } from '../runtime/log.ts';

/** What is wrong with TLS_CERT and TLS_KEY, in one line; `undefined` where nothing is, or neither is set. `now` in ms. */
export function tlsProblem(
  { tlsCert, tlsKey }: { readonly tlsCert: string | undefined; readonly tlsKey: string | undefined },
  readFile: (path: string) => string,
  now: number,
): string | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined) return 'TLS_KEY is set without TLS_CERT: allowed are both or none';
  if (tlsKey === undefined) return 'TLS_CERT is set without TLS_KEY: allowed are both or none';
  const certificate = attempt(() => readFile(tlsCert));
  if (!certificate.ok) return `TLS_CERT cannot be read: ${certificate.error}`;
  const key = attempt(() => readFile(tlsKey));
  if (!key.ok) return `TLS_KEY cannot be read: ${key.error}`;
  const what = (name: string, path: string): string => `${name} is ${JSON.stringify(path)}`;
  const parsed = attempt(() => new X509Certificate(certificate.value));
  if (!parsed.ok) return `${what('TLS_CERT', tlsCert)}: allowed is a file with a certificate in PEM form`;
  const privateKey = attempt((): KeyObject => createPrivateKey(key.value));
  if (!privateKey.ok)
    return `${what('TLS_KEY', tlsKey)}: allowed is a file with a private key in PEM form, without a passphrase`;
  if (!parsed.value.checkPrivateKey(privateKey.value)) {
    return `${what('TLS_KEY', tlsKey)}: allowed is the key of the certificate in TLS_CERT (the first one, where there are several)`;
  }
  const { validFrom, validTo } = parsed.value;
  if (Date.parse(validTo) < now) return `${what('TLS_CERT', tlsCert)}: the certificate has expired (${validTo})`;
  if (Date.parse(validFrom) > now)
    return `${what('TLS_CERT', tlsCert)}: the certificate is not valid before ${validFrom}`;
  return undefined;
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

function attempt<T>(action: () => T): Attempt<T> {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    return { ok: false, error: errorText(error) };
  }
}
