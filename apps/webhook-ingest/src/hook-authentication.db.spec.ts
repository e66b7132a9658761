import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretAuthentication } from '@strata/registry-events';
import { aDistributionEvent, anEnvelope, signDelivery } from '@strata/registry-events/testing';
import { BODY_BYTES, LARGE_UNPROVEN_BODIES, UNASKED_BYTES } from './ceilings.js';
import type { ConfiguredSource } from './hook-source.js';
import { aSource, SECRET, startHook, type RunningHook } from './testing/start-hook.js';
import { startIssuer, type RunningIssuer } from './testing/start-issuer.js';

const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const signature = { scheme: 'hmac', algorithm: 'sha256', header: 'x-hub-signature-256', prefix: 'sha256=' } as const;
const WAYS: readonly (readonly [name: string, SecretAuthentication, secret: string])[] = [
  ['by-header', { scheme: 'header', header: 'x-hook-token' }, SECRET],
  ['by-basic', { scheme: 'basic', username: 'strata' }, SECRET],
  ['by-hmac', signature, SECRET],
  ['by-sha1', { scheme: 'hmac', algorithm: 'sha1', header: 'x-nexus-webhook-signature', prefix: '' }, SECRET],
  ['by-query', { scheme: 'query', parameter: 'token' }, SECRET],
  ['by-path', { scheme: 'path' }, SECRET],
  ['by-standard', { scheme: 'standard-webhooks' }, KEY],
];

let issuer: RunningIssuer;
let hook: RunningHook;
beforeAll(async () => {
  issuer = await startIssuer();
  const sources = WAYS.map(([name, authentication, secret]): ConfiguredSource =>
    aSource({ name, authentication, secrets: [secret === KEY ? KEY : `${secret}-next`, secret] }),
  );
  const byToken = { scheme: 'oidc', issuer: issuer.url, audience: 'strata' } as const;
  hook = await startHook({
    sources: [...sources, aSource({ name: 'by-token', authentication: byToken, secrets: [] })],
  });
});
afterAll(async () => {
  await hook.end();
  await issuer.stop();
});
beforeEach(() => hook.forget());

const body = anEnvelope(aDistributionEvent());

async function post(path: string, headers: Readonly<Record<string, string>>, sent: Uint8Array = body): Promise<number> {
  const answer = await fetch(`${hook.url}/hooks/${path}`, { method: 'POST', body: Buffer.from(sent), headers });
  await answer.arrayBuffer();
  return answer.status;
}

describe.each(WAYS)('%s', (name, authentication, secret) => {
  it('lets in a delivery that is proven, with 202 and a row', async () => {
    const { headers, suffix } = signDelivery(authentication, secret, body);
    expect(await post(`${name}${suffix}`, headers)).toBe(202);
    expect(await hook.rows('state')).toEqual([{ state: 'new' }]);
  });

  it.each(['wrong', `${SECRET}x`, 'whsec_AAAA'])(
    'keeps out one with another secret, with 401 and no row: %s',
    async (wrong) => {
      const { headers, suffix } = signDelivery(authentication, wrong, body);
      expect(await post(`${name}${suffix}`, headers)).toBe(401);
      expect(await post(name, {})).toBe(401);
      expect(await hook.rows('state')).toEqual([]);
    },
  );
});

describe('a secret in the address', () => {
  it('opens no source that has its secret elsewhere, and no name can be read off', async () => {
    expect(await post(`local/${SECRET}`, {})).toBe(404);
    expect(await post(`nobody/${SECRET}`, {})).toBe(404);
    expect(await post(`by-path?token=${SECRET}`, {})).toBe(401);
    expect(await post(`by-query/${SECRET}`, {})).toBe(404);
  });
});

describe('a signature', () => {
  const send = (sent: Uint8Array, signed: Uint8Array = sent, headers: Record<string, string> = {}): Promise<number> =>
    post('by-hmac', { ...signDelivery(signature, SECRET, signed).headers, ...headers }, sent);

  it('covers every byte: another body is 401, and leaves no row', async () => {
    expect(await send(body, anEnvelope(aDistributionEvent({ id: 'another' })))).toBe(401);
    expect(await hook.rows('id')).toEqual([]);
  });

  it.each([UNASKED_BYTES, UNASKED_BYTES + 1, BODY_BYTES])('is checked over a body of %d bytes', async (sizeBytes) => {
    const long = Buffer.concat([body, Buffer.alloc(sizeBytes - body.length, ' ')]);
    expect(await send(long)).toBe(202);
    expect(await send(long, body)).toBe(401);
    expect(await hook.rows('state')).toEqual([{ state: 'new' }]);
  });

  it('is checked over a body that is too large to keep, too', async () => {
    const long = Buffer.alloc(BODY_BYTES + 1_000_000, ' ');
    expect(await send(long, body)).toBe(401);
    expect(await send(long)).toBe(202);
    expect(await hook.rows('reason')).toEqual([{ reason: 'TOO_LARGE' }]);
  });

  it('covers the bytes as they came, before they are decoded', async () => {
    const zipped = gzipSync(body);
    expect(await send(zipped, body, { 'content-encoding': 'gzip' })).toBe(401);
    expect(await send(zipped, zipped, { 'content-encoding': 'gzip' })).toBe(202);
  });

  it('that is to come lets only so many long bodies in at once; the next is told to come back', async () => {
    const claim = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    const open = (): { sending: ClientRequest; answer: Promise<[IncomingMessage]> } => {
      const sending = request(`${hook.url}/hooks/by-hmac`, {
        method: 'POST',
        headers: { ...claim, 'content-length': String(1_000_000) },
      });
      sending.on('error', () => undefined);
      const answer = once(sending, 'response') as Promise<[IncomingMessage]>; // what node's request emits
      answer.catch(() => undefined);
      sending.write(Buffer.alloc(UNASKED_BYTES + 1, ' '));
      return { sending, answer };
    };
    const waiting = Array.from({ length: LARGE_UNPROVEN_BODIES }, open);
    await new Promise((resolve) => setTimeout(resolve, 300)); // they are all inside
    const tooMany = open();
    const [answer] = await tooMany.answer;
    tooMany.sending.destroy();
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2']);
    for (const { sending } of waiting) sending.end(Buffer.alloc(1_000_000 - UNASKED_BYTES - 1, ' '));
    for (const { answer: refused } of waiting) {
      const [response] = await refused;
      expect(response.statusCode).toBe(401);
      await text(response);
    }
    expect(await send(Buffer.concat([body, Buffer.alloc(UNASKED_BYTES, ' ')]))).toBe(202);
  });
});

describe('a token of an OpenID provider', () => {
  const claims = (aud: string): Record<string, unknown> => ({
    iss: issuer.url,
    aud,
    exp: Math.floor(Date.now() / 1_000) + 600,
  });

  it('lets in whom it was made for', async () => {
    expect(await post('by-token', { authorization: `Bearer ${issuer.token(claims('strata'))}` })).toBe(202);
    expect(await post('by-token', { authorization: `Bearer ${issuer.token(claims('somebody'))}` })).toBe(401);
    expect(await post('by-token', {})).toBe(401);
    expect(await hook.rows('state')).toEqual([{ state: 'new' }]);
  });
});

it('tells a sender to come back while nobody can say whether its token is good, and reads no body', async () => {
  const away = await startIssuer();
  const authentication = { scheme: 'oidc', issuer: away.url, audience: 'strata' } as const;
  const other = await startHook({ sources: [aSource({ name: 'away', authentication, secrets: [] })] });
  const token = away.token({ iss: away.url, aud: 'strata', exp: Math.floor(Date.now() / 1_000) + 600 });
  await away.stop();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${other.url}/hooks/away`, { method: 'POST', body: Buffer.from(body), headers });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await other.rows('id')).toEqual([]);
  await other.end();
});
