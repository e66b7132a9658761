import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../digest.js';
import { InvalidReferenceError, formatReference, parseReference } from './parse-reference.js';
import { isRepositoryName, isTag } from './repository-name.js';

const DIGEST = digestOf(Buffer.from('x'));
const WIDE_DIGEST = digestOf(Buffer.from('x'), 'sha512');

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/library/alpine:1', 'docker.io/library/alpine:1'],
    ['registry-1.docker.io/library/alpine:1', 'docker.io/library/alpine:1'],
    ['registry.hub.docker.com/alpine', 'docker.io/library/alpine:latest'],
    ['evildocker.io/alpine', 'evildocker.io/alpine:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['127.0.0.1:5000/team/app:v1', '127.0.0.1:5000/team/app:v1'],
    ['registry.demo/web/shop', 'registry.demo/web/shop:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['Registry/app', 'registry/app:latest'],
    ['GHCR.io/Owner'.toLowerCase(), 'ghcr.io/owner:latest'],
    ['app:5000', 'docker.io/library/app:5000'],
    [`team/app@${DIGEST}`, `docker.io/team/app@${DIGEST}`],
    [`team/app:1@${WIDE_DIGEST}`, `docker.io/team/app:1@${WIDE_DIGEST}`],
    ['a__b/c--d/e.f', 'docker.io/a__b/c--d/e.f:latest'],
  ])('reads %s as Docker does', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });

  it('takes the registry and the short registry names that it is given', () => {
    expect(parseReference('web/shop:1', { registry: '127.0.0.1:5000' })).toEqual({
      registry: '127.0.0.1:5000',
      repository: 'web/shop',
      tag: '1',
      digest: null,
    });
    expect(parseReference('shop', { registry: 'registry.demo' }).repository).toBe('shop');
    expect(parseReference('registry/web/shop', { knownRegistries: ['registry'] })).toMatchObject({
      registry: 'registry',
      repository: 'web/shop',
    });
  });

  it('leaves a name of Docker Hub alone when a registry is known by it', () => {
    const text = 'registry-1.docker.io/library/alpine:1';
    expect(parseReference(text, { knownRegistries: ['registry-1.docker.io'] }).registry).toBe('registry-1.docker.io');
  });

  it.each([
    '',
    ':',
    '@',
    '/',
    'app:',
    'app@',
    ':1',
    'App',
    'team//app',
    'team/app/',
    '/team/app',
    '../../etc',
    'a/../b',
    'team/App',
    'app:-1',
    'app: 1',
    'app:1:2',
    `app@${DIGEST.toUpperCase()}`,
    'app@sha256:abc',
    `app@md5:${'a'.repeat(32)}`,
    'a'.repeat(64),
    'host.:1/app',
    '-host.x/app',
    'host:port/app',
    'user@host/app',
    'https://host/app',
    'host.x/%2e%2e',
    'аpp',
    'app\n',
    `app:${'x'.repeat(129)}`,
    'x'.repeat(2_000),
    `a.b/${'x'.repeat(252)}`,
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(InvalidReferenceError);
  });

  it('accepts a name of 255 characters with its registry, and refuses 256', () => {
    expect(parseReference(`a.b/${'x'.repeat(251)}`).repository).toHaveLength(251);
    expect(() => parseReference(`a.b/${'x'.repeat(252)}`)).toThrow(InvalidReferenceError);
  });

  it('gives back every reference that was written in full', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,5}([._]|__|-{1,3})?[a-z0-9]{1,5}$/);
    const registry = fc.oneof(
      fc.constantFrom('docker.io', 'localhost', '127.0.0.1:5000', '[fe80::1]:443'),
      fc.stringMatching(/^[a-z0-9]{1,5}\.[a-z]{2,5}(:[0-9]{1,5})?$/),
    );
    const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
    fc.assert(
      fc.property(
        registry,
        fc.array(part, { minLength: 2, maxLength: 4 }),
        fc.option(tag),
        fc.constantFrom(null, DIGEST, WIDE_DIGEST),
        (host, parts, name, digest) => {
          const reference = {
            registry: host,
            repository: parts.join('/'),
            tag: name ?? (digest === null ? 'latest' : null),
            digest,
          };
          expect(parseReference(formatReference(reference))).toEqual(reference);
        },
      ),
    );
  });

  it('throws nothing but InvalidReferenceError, and what it accepts formats to itself', () => {
    const unit = fc.constantFrom(...'ab.:/@-_[]A0');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit, maxLength: 20 })), (text) => {
        try {
          const reference = parseReference(text);
          expect(parseReference(formatReference(reference), { knownRegistries: [reference.registry] })).toEqual(
            reference,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidReferenceError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('isRepositoryName', () => {
  it.each(['a', 'library/alpine', 'a.b_c__d-e---f/g', '0', 'x'.repeat(255)])('accepts %s', (text) => {
    expect(isRepositoryName(text)).toBe(true);
  });

  it.each([
    '',
    '../../etc',
    'A/B',
    'x'.repeat(256),
    'a//b',
    '%2e%2e',
    'а',
    'a/',
    '/a',
    'a..b',
    'a___b',
    '_a',
    'a-',
    'a\n',
    'a b',
  ])('refuses %j', (text) => {
    expect(isRepositoryName(text)).toBe(false);
  });

  it('decides about the worst text of its length at once', () => {
    const startedAt = performance.now();
    for (const worst of ['-', '_', 'a-', 'a/', 'a__']) isRepositoryName(`${worst.repeat(255).slice(0, 254)}!`);
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});

describe('isTag', () => {
  it.each(['latest', 'V1.2_3-x', '_', 'x'.repeat(128)])('accepts %s', (text) => {
    expect(isTag(text)).toBe(true);
  });

  it.each(['', '.a', '-a', 'a b', 'a/b', 'é', 'a\n', 'x'.repeat(129)])('refuses %j', (text) => {
    expect(isTag(text)).toBe(false);
  });
});
