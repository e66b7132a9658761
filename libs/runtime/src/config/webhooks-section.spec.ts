import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkConfigText } from './read-config-file.js';
import type { Checked } from './read-config.js';
import { webhooksSection, type WebhookConfig, type WebhookWords } from './webhooks-section.js';

const words: WebhookWords<'moved' | 'lost', 'low' | 'high', { readonly name: string }> = {
  kinds: { TAG_MOVED: 'moved', PLATFORM_LOST: 'lost' },
  severities: { LOW: 'low', HIGH: 'high' },
  where: z.strictObject({ name: z.string() }),
};
const key = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const env = { SECRET: key(32), CHAT: 'https://chat.example/services/T0/B0/S3CRET?sig=x', TOKEN: 'Bearer S3CRET' };

function check(...lines: readonly string[]): Checked<readonly WebhookConfig[]> {
  const text = `webhooks:\n  - ${lines.join('\n    ')}\n`;
  const checked = checkConfigText('strata.yaml', text, { webhooks: webhooksSection(words) }, env);
  return checked.ok ? { ok: true, value: checked.value.webhooks } : checked;
}

const VALID = ['name: ops', 'url: "https://ops.example/in"', 'secrets: ["${SECRET}"]'];

function problemsOf(...lines: readonly string[]): readonly string[] {
  const checked = check(...lines);
  return checked.ok ? [] : checked.problems.map(({ where, message }) => `${where} ${message}`);
}

describe('the webhooks of strata.yaml', () => {
  it('need a name, an address and a secret; the rest is as most want it', () => {
    expect(check(...VALID)).toEqual({
      ok: true,
      value: [
        {
          ...{ name: 'ops', url: new URL('https://ops.example/in'), format: 'standard', secrets: [env.SECRET] },
          ...{ kinds: null, where: null, minimumSeverity: 'low', allowPrivateNetwork: false, headers: {} },
          ...{ timeoutMs: 15_000, rate: { requestsPerSecond: null, concurrency: 4 } },
        },
      ],
    });
  });

  it('of a chat need no secret beside their address, and are sent a message a second', () => {
    expect(check('name: chat', 'url: "${CHAT}"', 'format: slack')).toMatchObject({
      ok: true,
      value: [{ url: new URL(env.CHAT), secrets: [], rate: { requestsPerSecond: 1, concurrency: 1 } }],
    });
  });

  it('say what they want to hear, and how', () => {
    const said = [
      ...['kinds: [PLATFORM_LOST]', 'where: { name: latest }', 'minimumSeverity: HIGH', 'allowPrivateNetwork: true'],
      ...['headers: { authorization: "${TOKEN}" }', 'timeoutMs: 500', 'rate: { requestsPerSecond: 5, concurrency: 2 }'],
    ];
    expect(check(...VALID, ...said)).toMatchObject({
      ok: true,
      value: [
        {
          ...{ kinds: ['lost'], where: { name: 'latest' }, minimumSeverity: 'high', allowPrivateNetwork: true },
          headers: { authorization: env.TOKEN },
          ...{ timeoutMs: 500, rate: { requestsPerSecond: 5, concurrency: 2 } },
        },
      ],
    });
  });

  it.each<[string, string, string]>([
    ['url', 'url: ftp://ops.example', '3:10 webhooks[0].url must be a URL that starts with'],
    ['url', 'url: https://me:S3CRET@ops.example', '3:10 webhooks[0].url must be a URL that starts with'],
    ['secrets', 'secrets: []', '4:14 webhooks[0].secrets must hold at least one secret'],
    ['secrets', 'secrets: [S3CRET]', '4:15 webhooks[0].secrets[0] must be whsec_'],
    ['secrets', `secrets: ["${key(23)}"]`, '4:15 webhooks[0].secrets[0] must be whsec_'],
    ['secrets', `secrets: ["${key(65)}"]`, '4:15 webhooks[0].secrets[0] must be whsec_'],
    ['', 'kinds: [TAG_LOST]', '5:13 webhooks[0].kinds[0] must be one of: TAG_MOVED, PLATFORM_LOST'],
    ['', 'kinds: [constructor]', '5:13 webhooks[0].kinds[0] must be one of'],
    ['', 'minimumSeverity: WORST', '5:22 webhooks[0].minimumSeverity must be one of: LOW, HIGH'],
    ['', 'where: { name: a, names: b }', '5:23 webhooks[0].where.names is not a known setting'],
    ['', 'headers: { webhook-id: S3CRET }', '5:28 webhooks[0].headers.webhook-id'],
    ['', 'headers: { x-a: "a\\nb: S3CRET" }', '5:21 webhooks[0].headers.x-a must be printable ASCII'],
    ['', 'timeoutMs: 60000', '5:16 webhooks[0].timeoutMs must be at most 30,000'],
    ['', 'format: email', '5:13 webhooks[0].format must be one of: standard, slack, teams'],
  ])('refuse what cannot work (%s) %s, without saying it again', (replaced, line, problem) => {
    const kept = VALID.map((each) => (replaced !== '' && each.startsWith(`${replaced}:`) ? line : each));
    const problems = problemsOf(...kept, ...(replaced === '' ? [line] : []));
    expect(problems[0]).toContain(`strata.yaml:${problem}`);
    expect(problems.join()).not.toContain('S3CRET');
  });
});
