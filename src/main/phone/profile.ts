import { createHash } from 'node:crypto';

/**
 * An iOS configuration profile that holds one authority (PayloadType com.apple.security.root). Its identifiers are made of
 * the certificate, so that installing it again replaces it. https://developer.apple.com/documentation/devicemanagement
 */
export function profileOf(name: string, der: Uint8Array): string {
  const title = inXml(name);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>tickcast.${uuid(der, 'profile')}</string>
  <key>PayloadUUID</key><string>${uuid(der, 'profile')}</string>
  <key>PayloadDisplayName</key><string>${title}</string>
  <key>PayloadDescription</key><string>Lets this device trust your own Tickcast server.</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>tickcast.${uuid(der, 'certificate')}</string>
      <key>PayloadUUID</key><string>${uuid(der, 'certificate')}</string>
      <key>PayloadDisplayName</key><string>${title}</string>
      <key>PayloadCertificateFileName</key><string>tickcast-ca.crt</string>
      <key>PayloadContent</key><data>${Buffer.from(der).toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`;
}

function uuid(der: Uint8Array, use: string): string {
  const hex = createHash('sha256').update(use).update(der).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
    .join('-')
    .toUpperCase();
}

function inXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
