import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../src/runtime/address.ts';
import { type AccessRules, clientAddress, isAuthorized, sessionCookie } from '../../src/workers/shard/access.ts';

describe('an address', () => {
  it.each([
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['192.0.2.1', '192.0.2.1'],
  ])('%s has one form: %s', (address, form) => {
    expect(canonicalAddress(address)).toBe(form);
  });
});

describe("the client's address", () => {
  const PROXIES = ['2001:db8::1', '10.0.0.1'];
  const PEER = '2001:0db8:0000:0000:0000:0000:0000:0001';

  it('is the peer, whatever it claims, unless the peer is a trusted proxy', () => {
    expect(clientAddress('192.0.2.1', ['198.51.100.1'], PROXIES)).toBe('192.0.2.1');
    expect(clientAddress(PEER, ['198.51.100.1'], [])).toBe('2001:db8::1');
  });

  it.each([
    ['one entry', ['198.51.100.1'], '198.51.100.1'],
    ['the last of several: those before it are claims', ['203.0.113.9, 198.51.100.1'], '198.51.100.1'],
    ['the last line, where a proxy adds one', ['203.0.113.9', '198.51.100.1'], '198.51.100.1'],
    ['the last that is no proxy', ['203.0.113.9, 198.51.100.1', '10.0.0.1, 2001:DB8:0::1'], '198.51.100.1'],
    ['without its port', ['198.51.100.1:5678'], '198.51.100.1'],
    ['without brackets', ['[2001:db8:0::2]'], '2001:db8::2'],
    ['without brackets and port', ['203.0.113.9, [2001:db8:0::2]:443'], '2001:db8::2'],
    ['as IPv4 where it is mapped', ['::ffff:198.51.100.1'], '198.51.100.1'],
    ['a proxy with a port is passed over as well', ['198.51.100.1, 10.0.0.1:80'], '198.51.100.1'],
    ['the proxy itself where it says nothing', [], '2001:db8::1'],
    ['the proxy itself where what it says is no address', ['198.51.100.1, unknown'], '2001:db8::1'],
    ['the proxy itself where what it says is a broken one', ['198.51.100.1:port'], '2001:db8::1'],
  ])('behind a trusted proxy is %s', (_what, lines, address) => {
    expect(clientAddress(PEER, lines, PROXIES)).toBe(address);
  });
});

describe("the page's cookie", () => {
  const rules = (port: number): AccessRules => ({
    host: '127.0.0.1',
    port,
    allowedHosts: [],
    allowedOrigins: [],
    accessToken: `token-of-the-server-on-${port}`,
  });
  const credentials = { authorization: '', queryToken: '' };
  const pair = (port: number): string => sessionCookie(rules(port), false)?.split(';')[0] ?? '';

  it('is named by the port, since browsers send the cookies of a host to all its ports', () => {
    expect(pair(8080)).toMatch(/^tickcast_session_8080=/);
    const both = `${pair(8080)}; ${pair(8081)}`;
    for (const port of [8080, 8081]) expect(isAuthorized({ ...credentials, cookie: both }, rules(port))).toBe(true);
    expect(isAuthorized({ ...credentials, cookie: pair(8081) }, rules(8080))).toBe(false);
  });

  it('is marked secure over https only, and is not needed without a token', () => {
    expect(sessionCookie(rules(1), true)).toMatch(/; Secure$/);
    expect(sessionCookie(rules(1), false)).not.toMatch(/Secure/);
    expect(sessionCookie({ ...rules(1), accessToken: undefined }, false)).toBeUndefined();
  });
});
