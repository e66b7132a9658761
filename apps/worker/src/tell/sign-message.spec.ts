import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signMessage } from './sign-message.js';

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const [older, newer] = [secretOf(randomBytes(24)), secretOf(randomBytes(64))];
const body = Buffer.from('{"type":"tag.moved","data":{"é":"…"}}');

describe('a signed message', () => {
  it('is the one that its inventors publish', () => {
    const published = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1_614_265_330_999) };
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    expect(signMessage({ ...published, body: Buffer.from('{"test": 2432232314}'), secrets })).toEqual({
      'webhook-id': published.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by the library of the standard, with each of the secrets that are active, whatever is sent', () => {
    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^msg_[a-z0-9]{1,40}$/), (text, id) => {
        const headers = signMessage({ id, at: new Date(), body: Buffer.from(text), secrets: [older, newer] });
        for (const secret of [older, newer])
          expect(new Webhook(secret).verify(text, { ...headers })).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused by the library of the standard when the body, the id or the secret is another', () => {
    const headers = { ...signMessage({ id: 'msg_1', at: new Date(), body, secrets: [older] }) };
    const verify = (secret: string, text: string, changed: Record<string, string> = {}) =>
      new Webhook(secret).verify(text, { ...headers, ...changed });
    expect(() => verify(older, body.toString())).not.toThrow();
    expect(() => verify(older, `${body.toString()} `)).toThrow();
    expect(() => verify(older, body.toString(), { 'webhook-id': 'msg_2' })).toThrow();
    expect(() => verify(newer, body.toString())).toThrow();
  });

  it('is verified by openssl', () => {
    const headers = signMessage({ id: 'msg_1', at: new Date(), body, secrets: [older] });
    const key = Buffer.from(older.slice('whsec_'.length), 'base64').toString('hex');
    const signed = Buffer.concat([Buffer.from(`msg_1.${headers['webhook-timestamp']}.`), body]);
    const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key}`, '-binary'];
    const { stdout, status } = spawnSync('openssl', args, { input: signed });
    expect(status).toBe(0);
    expect(headers['webhook-signature']).toBe(`v1,${stdout.toString('base64')}`);
  });

  it('has no signature where there is no secret', () => {
    expect(signMessage({ id: 'msg_1', at: new Date(), body, secrets: [] })).not.toHaveProperty('webhook-signature');
  });
});
