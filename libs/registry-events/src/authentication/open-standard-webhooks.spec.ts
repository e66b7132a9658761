import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openSender } from './open-sender.js';
import { headOf, letsIn, NOW as now, type Sent } from './testing/lets-in.js';

describe('a signature of Standard Webhooks', () => {
  const authentication = { scheme: 'standard-webhooks' } as const;
  const key = (name: string): string => `whsec_${Buffer.from(`${name}, 24 bytes or more of it`).toString('base64')}`;
  const active = [key('old'), key('new')];
  const body = '{"test": 2432232314}';
  const sign = (secret: string, seconds: number, id = 'msg_1', text = body): string => {
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', bytes).update(`${id}.${seconds}.${text}`).digest('base64')}`;
  };
  const nowSeconds = now.getTime() / 1_000;
  const sent = (signature: string, seconds: number | string = nowSeconds, id = 'msg_1'): Sent => ({
    headers: { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature },
  });

  it('is the one that its inventors publish', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    const at = new Date(1_614_265_330_000);
    const published = sent(signature, 1_614_265_330, 'msg_p5jXN8AQM9LWM0D4loKWxJek');
    expect(letsIn(authentication, published, { body, active: [secret], at })).toBe(true);
  });

  it('lets in each active secret, several signatures in one header, and none that was rotated out', () => {
    for (const secret of active)
      expect(letsIn(authentication, sent(sign(secret, nowSeconds)), { body, active })).toBe(true);
    const both = `v1a,other v1,AAAA ${sign(key('stranger'), nowSeconds)} ${sign(key('new'), nowSeconds)}`;
    expect(letsIn(authentication, sent(both), { body, active })).toBe(true);
    expect(letsIn(authentication, sent(sign(key('old'), nowSeconds)), { body, active: [key('new')] })).toBe(false);
  });

  it.each([
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
  ])('signed %d s from now is let in: %s', (seconds, expected) => {
    const at = nowSeconds + seconds;
    expect(letsIn(authentication, sent(sign(key('old'), at), at), { body, active })).toBe(expected);
  });

  it('covers id, time and body', () => {
    const signature = sign(key('old'), nowSeconds);
    expect(letsIn(authentication, sent(signature, nowSeconds, 'msg_2'), { body, active })).toBe(false);
    expect(letsIn(authentication, sent(signature, nowSeconds + 1), { body, active })).toBe(false);
    expect(letsIn(authentication, sent(signature), { body: `${body} `, active })).toBe(false);
  });

  it.each([
    ['no headers', {}],
    ['no signature', sent('')],
    ['a time that is none', sent('v1,x', 'soon')],
    ['an empty id', sent(sign(key('old'), nowSeconds, ''), nowSeconds, '')],
    ['another version', sent(sign(key('old'), nowSeconds).replace('v1', 'v2'))],
  ])('is refused before the body with %s', (_title, found) => {
    expect(openSender(authentication, active)(headOf(found), now)).toBe('refused');
  });

  it('has no key in a secret of another form', () => {
    const bare = 'c2VjcmV0';
    const signature = `v1,${createHmac('sha256', Buffer.from(bare, 'base64')).update(`msg_1.${nowSeconds}.${body}`).digest('base64')}`;
    expect(letsIn(authentication, sent(signature), { body, active: [bare, 'whsec_'] })).toBe(false);
  });
});
