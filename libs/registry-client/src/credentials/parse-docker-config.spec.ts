import { describe, expect, it } from '@jest/globals';
import type { Credentials } from './credentials.js';
import { parseDockerConfig } from './parse-docker-config.js';
import { parseServerKey } from './server-key.js';

const auth = (text: string) => Buffer.from(text).toString('base64');
const find = (auths: unknown, serverKey: string) => parseDockerConfig(JSON.stringify({ auths }))?.find(serverKey);
const UP: Credentials = { kind: 'password', username: 'u', password: 'p' };

describe('the name of a registry', () => {
  it.each<[string, string | null]>([
    ['reg.example', 'reg.example'],
    ['REG.example:5000', 'reg.example:5000'],
    ['https://reg.example', 'reg.example'],
    ['http://reg.example/', 'reg.example'],
    ['https://reg.example/v1/', 'reg.example'],
    ['https://reg.example/v2', 'reg.example'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['registry.hub.docker.com', 'docker.io'],
    ['evildocker.io', 'evildocker.io'],
    ['docker.io.evil.example', 'docker.io.evil.example'],
    ['reg.example/team', null],
    ['reg.example/v1/team', null],
    ['', null],
  ])('%j means %j', (key, serverKey) => {
    expect(parseServerKey(key)).toBe(serverKey);
  });
});

describe('a Docker configuration', () => {
  it.each<[string, unknown, string, Credentials | null]>([
    ['a host', { 'reg.example': { auth: auth('u:p') } }, 'reg.example', UP],
    ['an address', { 'https://reg.example/v1/': { auth: auth('u:p') } }, 'reg.example', UP],
    ['Docker Hub', { 'https://index.docker.io/v1/': { auth: auth('u:p') } }, 'docker.io', UP],
    ['a name and a password', { h: { username: 'u', password: 'p' } }, 'h', UP],
    ['a password with colons', { h: { auth: auth('u:p:q:') } }, 'h', { ...UP, password: 'p:q:' }],
    ['NULs behind it', { h: { auth: auth('u:p\0\0') } }, 'h', UP],
    ['an identity token', { h: { auth: auth('0:'), identitytoken: 't' } }, 'h', { kind: 'identity-token', token: 't' }],
    ['a registry token', { h: { registrytoken: 't' } }, 'h', { kind: 'registry-token', token: 't' }],
    ['another host', { other: { auth: auth('u:p') } }, 'h', null],
    ['another port', { 'h:5000': { auth: auth('u:p') } }, 'h', null],
    ['a part of the registry', { 'h/team': { auth: auth('u:p') } }, 'h', null],
    ['an entry for its helper', { h: {} }, 'h', null],
    ['no colon', { h: { auth: auth('up') } }, 'h', null],
    ['no name', { h: { auth: auth(':p') } }, 'h', null],
  ])('with %s', (_, auths, serverKey, credentials) => {
    expect(find(auths, serverKey)).toEqual(credentials);
  });

  it('names the helper of a registry, else the one of all', () => {
    const config = parseDockerConfig(JSON.stringify({ credsStore: 'all', credHelpers: { 'https://h': 'one' } }));
    expect(config?.helperFor('h')).toBe('one');
    expect(config?.helperFor('other')).toBe('all');
    expect(parseDockerConfig('{}')?.helperFor('h')).toBeNull();
  });

  it.each(['', '[]', 'null', '{"auths":[]}', '{"auths":{"h":"x"}}', '{"auths":', '{"credsStore":1}'])(
    'is not %s',
    (text) => {
      expect(parseDockerConfig(text)).toBeNull();
    },
  );

  it('gives nothing for names that every object has', () => {
    expect(find({}, '__proto__')).toBeNull();
    expect(find({}, 'constructor')).toBeNull();
  });
});
