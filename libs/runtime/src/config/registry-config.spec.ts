import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { registrySettings, tlsProblem } from './registry-config.js';

const schema = z.strictObject(registrySettings);
const problemsOf = (given: unknown) =>
  schema.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

describe('how a registry is read', () => {
  it('is as anybody, careful and without a limit of ours, where nothing is said', () => {
    expect(schema.parse({})).toEqual({
      credentials: null,
      writeCredentials: null,
      tls: { insecure: false, ca: null, cert: null, key: null },
      rate: { requestsPerSecond: null, burst: null, concurrency: null },
    });
  });

  it.each([
    { username: 'u', password: 'p' },
    { identityToken: 't' },
    { dockerConfig: '/x/config.json' },
    { credentialHelper: 'ecr-login' },
  ])('may be with %j', (credentials) => {
    expect(schema.parse({ credentials }).credentials).toEqual(credentials);
  });

  it('has other credentials for writing, of the same kinds', () => {
    const writeCredentials = { username: 'u', password: 'p' };
    expect(schema.parse({ writeCredentials })).toMatchObject({ credentials: null, writeCredentials });
    expect(problemsOf({ writeCredentials: {} })).toEqual(['writeCredentials.username is needed and not set']);
  });

  it.each<[string, unknown, string]>([
    ['half of a password', { credentials: { username: 'u' } }, 'credentials.password is needed and not set'],
    ['the other half', { credentials: { password: 'p' } }, 'credentials.username is needed and not set'],
    ['nothing', { credentials: {} }, 'credentials.username is needed and not set'],
    [
      'two kinds of credentials',
      { credentials: { username: 'u', password: 'p', dockerConfig: '/x' } },
      'credentials must be one of: username with password, dockerConfig, credentialHelper, identityToken',
    ],
    [
      'a helper that is a path',
      { credentials: { credentialHelper: '../evil' } },
      'credentials.credentialHelper must be what follows docker-credential- in the name of the program',
    ],
    ['a certificate without its key', { tls: { cert: '/x' } }, 'tls.key is needed and not set'],
    ['a key without its certificate', { tls: { key: '/x' } }, 'tls.cert is needed and not set'],
    ['no rate', { rate: { requestsPerSecond: 0 } }, 'rate.requestsPerSecond must be above 0'],
    ['no burst', { rate: { burst: 0 } }, 'rate.burst must be at least 1'],
    ['half a question', { rate: { concurrency: 1.5 } }, 'rate.concurrency must be a whole number'],
  ])('is not with %s', (_, given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  it('has nothing to do with certificates at http://', () => {
    const tls = { insecure: true, ca: null, cert: null, key: null };
    expect(tlsProblem(new URL('http://h'), tls)).not.toBeNull();
    expect(tlsProblem(new URL('https://h'), tls)).toBeNull();
    expect(tlsProblem(new URL('http://h'), { ...tls, insecure: false })).toBeNull();
  });
});
