import { describe, expect, it } from '@jest/globals';
import { RegistryError } from '../registry-error.js';
import { checkRealm, parseAllowedRealms } from './check-realm.js';

const rule = { baseUrl: new URL('https://registry.example'), allowedOrigins: parseAllowedRealms(['auth.example']) };
const plain = {
  baseUrl: new URL('http://registry.example:5000'),
  allowedOrigins: parseAllowedRealms(['auth.example', 'http://old.example']),
};

describe('checkRealm', () => {
  it.each([
    ['the own host', rule, 'https://registry.example/token'],
    ['a host that the operator allowed', rule, 'https://auth.example/token'],
    ['a query of its own', rule, 'https://auth.example/token?tenant=a'],
    ['the own host of a plain registry', plain, 'http://registry.example:5000/token'],
    ['a plain host that the operator spelled out, for a plain registry', plain, 'http://old.example/token'],
  ])('lets us ask %s', (_, accepting, realm) => {
    expect(checkRealm(realm, accepting).href).toBe(realm);
  });

  it.each([
    ['plain HTTP', 'http://registry.example/token', 'forbidden-address'],
    ['cloud metadata', 'https://169.254.169.254/', 'forbidden-address'],
    ['cloud metadata over IPv6', 'https://[fd00:ec2::254]/', 'forbidden-address'],
    ['a private address', 'https://10.0.0.1/', 'forbidden-address'],
    ['a short loopback address', 'https://127.1/', 'forbidden-address'],
    ['another host', 'https://evil.example.net/', 'forbidden-address'],
    ['another port', 'https://registry.example:8443/', 'forbidden-address'],
    ['a host behind a user name', 'https://registry.example@evil.net/', 'forbidden-address'],
    ['a password for the own host', 'https://u:p@registry.example/', 'forbidden-address'],
    ['a host that begins like ours', 'https://registry.example.evil.net/', 'forbidden-address'],
    ['a host that ends like ours', 'https://evilregistry.example/', 'forbidden-address'],
    ['a file', 'file:///etc/passwd', 'forbidden-address'],
    ['gopher', 'gopher://registry.example/', 'forbidden-address'],
    ['a relative address', '/token', 'bad-response'],
    ['nothing', '', 'bad-response'],
    ['no realm at all', undefined, 'bad-response'],
  ])('refuses %s', (_, realm, code) => {
    expect(() => checkRealm(realm, rule)).toThrow(expect.objectContaining({ name: RegistryError.name, code }));
  });

  it('refuses an operator’s realm that has a path, because only the host is compared', () => {
    expect(() => parseAllowedRealms(['https://auth.example/token'])).toThrow(TypeError);
  });
});
