import { createPrivateKey, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { canonicalAddress } from '../../runtime/address.ts';
import type { HostNames } from './host-names.ts';
import type { Scope } from './scope.ts';
import type { Leaf, Validity } from './validity.ts';

/** A certificate that a phone is asked to trust, and what it may vouch for. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly scope: Scope;
  readonly validity: Validity;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const NAME_CONSTRAINTS = '2.5.29.30';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const SERIAL_BYTES = 16;
/** More is not allowed in a common name (X.520). */
const MAX_COMMON_NAME = 64;

/** Loaded when it is needed: only `--phone` needs it, and it takes a good part of a start. */
async function load() {
  // The next one wants it, and first.
  await import('reflect-metadata');
  const [x509, schema, structures] = await Promise.all([
    import('@peculiar/x509'),
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  return { x509, AsnConvert: schema.AsnConvert, ...structures };
}

/** A new authority: certificate and key in one PEM text, so that one file always holds two that fit. */
export async function makeAuthority(hostname: string, scope: Scope, validity: Validity): Promise<string> {
  const { x509, AsnConvert, GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } = await load();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const permitted = [
    ...scope.domains.map((dNSName) => ({ dNSName })),
    ...scope.ranges.map((iPAddress) => ({ iPAddress })),
  ].map((base) => new GeneralSubtree({ base: new GeneralName(base) }));
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  const shortId = randomBytes(3).toString('hex');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Tickcast ${hostname.slice(0, MAX_COMMON_NAME - 16)} ${shortId}`] }],
    keys,
    signingAlgorithm: ALGORITHM,
    ...commonParameters(validity),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.Extension(NAME_CONSTRAINTS, true, AsnConvert.serialize(constraints)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n${privatePem(keys.privateKey)}`;
}

/** A new leaf for the host's names, with its key in the same PEM text. Throws where the authority's text holds no key. */
export async function makeLeaf(
  authority: string,
  { names, addresses }: HostNames,
  validity: Validity,
): Promise<string> {
  const { x509 } = await load();
  const issuer = new x509.X509Certificate(new X509Certificate(authority).raw);
  const pkcs8 = createPrivateKey(authority).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const alternatives = [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    // Not a host's name: some verifiers hold a common name that looks like one to the constraints of names.
    subject: [{ CN: ['Tickcast server'] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    ...commonParameters(validity),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternatives),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return `${certificate.toString('pem')}\n${privatePem(keys.privateKey)}`;
}

/** Throws where the text is no certificate with its key, or one that does not say what it may vouch for. */
export async function readAuthority(text: string): Promise<Authority> {
  const { x509, AsnConvert, NameConstraints } = await load();
  const certificate = readPair(text);
  const extension = new x509.X509Certificate(certificate.raw).getExtension(NAME_CONSTRAINTS);
  if (!certificate.ca || !extension) throw new Error('it is no authority made by Tickcast');
  const bases = [...(AsnConvert.parse(extension.value, NameConstraints).permittedSubtrees ?? [])].map(
    ({ base }) => base,
  );
  return {
    certificate,
    scope: {
      domains: bases.flatMap(({ dNSName }) => dNSName ?? []),
      ranges: bases.flatMap(({ iPAddress }) => iPAddress ?? []),
    },
    validity: validityOf(certificate),
  };
}

/** The leaf in the text where it was made by this authority; else `undefined`, whatever is wrong with it: it is made again. */
export async function readLeaf(text: string, authority: X509Certificate): Promise<Leaf | undefined> {
  const { x509 } = await load();
  try {
    const certificate = readPair(text);
    if (!certificate.verify(authority.publicKey)) return undefined;
    const parsed = new x509.X509Certificate(certificate.raw);
    const extension = parsed.getExtension(SUBJECT_ALTERNATIVE_NAME);
    if (!extension) return undefined;
    const alternatives = new x509.SubjectAlternativeNameExtension(extension.rawData).names.items;
    const of = (type: string): string[] => alternatives.filter((each) => each.type === type).map(({ value }) => value);
    return { names: of('dns'), addresses: of('ip').map(canonicalAddress), validity: validityOf(certificate) };
  } catch {
    return undefined;
  }
}

function readPair(text: string): X509Certificate {
  const certificate = new X509Certificate(text);
  if (!certificate.checkPrivateKey(createPrivateKey(text))) throw new Error('its key does not fit its certificate');
  return certificate;
}

function validityOf({ validFrom, validTo }: X509Certificate): Validity {
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}

function commonParameters(validity: Validity) {
  // A serial number is a positive integer of at most 20 bytes: its first bit says so.
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(validity.from),
    notAfter: new Date(validity.to),
  };
}

function privatePem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
