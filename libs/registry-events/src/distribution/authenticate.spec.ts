import { describe, expect, it } from '@jest/globals';
import { authenticate } from './authenticate.js';

const secrets = ['old-secret', 'new-secret'];
const header = (value: string) => new Map([['authorization', value]]);

describe('authenticate', () => {
  it.each([
    ['the first secret', 'Bearer old-secret'],
    ['the last secret', 'Bearer new-secret'],
    ['the scheme in lower case', 'bearer new-secret'],
    ['the scheme in upper case', 'BEARER new-secret'],
  ])('lets in %s', (_title, value) => {
    expect(authenticate(header(value), secrets)).toBe(true);
  });

  it.each([
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a space', 'Bearer '],
    ['a wrong secret', 'Bearer some-secret'],
    ['one character', 'B'],
    ['10 kB', `Bearer ${'x'.repeat(10_000)}`],
    ['a beginning of the secret', 'Bearer old-secre'],
    ['the secret and more', 'Bearer old-secrets'],
    ['the secret in another letter case', 'Bearer OLD-SECRET'],
    ['a space behind the secret', 'Bearer old-secret '],
    ['two spaces before the secret', 'Bearer  old-secret'],
    ['a line break behind the secret', 'Bearer old-secret\n'],
    ['two secrets', 'Bearer old-secret, Bearer new-secret'],
    ['the secret without a scheme', 'old-secret'],
    ['the secret under another scheme', 'Basic old-secret'],
    ['all secrets joined', 'Bearer old-secret,new-secret'],
  ])('keeps out %s', (_title, value) => {
    expect(authenticate(header(value), secrets)).toBe(false);
  });

  it('keeps out a call without the header, with the secret elsewhere', () => {
    expect(authenticate(new Map([['x-authorization', 'Bearer old-secret']]), secrets)).toBe(false);
  });

  it.each([['Bearer '], ['Bearer'], [''], ['Bearer x']])('lets nobody in with an empty secret: %j', (value) => {
    expect(authenticate(header(value), [''])).toBe(false);
    expect(authenticate(header(value), [])).toBe(false);
  });
});
