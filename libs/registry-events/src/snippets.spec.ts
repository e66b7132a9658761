import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import type { Authentication, AuthenticationScheme } from './authentication/authentication.js';
import { openSender } from './authentication/open-sender.js';
import type { SourceSetUp } from './dialect.js';
import { dialectNames, dialectOf, type DialectName } from './dialects.js';

const ways: { readonly [Scheme in AuthenticationScheme]: Extract<Authentication, { readonly scheme: Scheme }> } = {
  bearer: { scheme: 'bearer' },
  header: { scheme: 'header', header: 'x-hook-token' },
  basic: { scheme: 'basic', username: 'strata' },
  hmac: { scheme: 'hmac', algorithm: 'sha256', header: 'x-signature', prefix: '' },
  query: { scheme: 'query', parameter: 'token' },
  path: { scheme: 'path' },
  oidc: { scheme: 'oidc', issuer: 'https://issuer.example', audience: 'strata-audience' },
  'standard-webhooks': { scheme: 'standard-webhooks' },
};

/** What the sender has to be told in these ways, because it puts it into a header or signs with it. */
const TOLD: ReadonlySet<AuthenticationScheme> = new Set(['bearer', 'header', 'basic', 'hmac', 'standard-webhooks']);

const HOOK = 'https://strata.example/hooks/build-1';
const hookUrls: Readonly<Partial<Record<AuthenticationScheme, string>>> = {
  path: `${HOOK}/<SECRET>`,
  query: `${HOOK}?token=<SECRET>`,
};

function snippetOf(name: DialectName, scheme: AuthenticationScheme): string {
  const setUp: SourceSetUp = {
    name: 'build-1',
    hookUrl: hookUrls[scheme] ?? HOOK,
    authentication: ways[scheme],
    secret: '<SECRET>',
    host: 'team.registry.example',
  };
  return dialectOf(name).snippet(setUp);
}

const pairs = dialectNames.flatMap((name) =>
  [...new Set([...dialectOf(name).authentication.schemes, 'path' as const, 'query' as const])].map(
    (scheme): readonly [DialectName, AuthenticationScheme] => [name, scheme],
  ),
);

describe('what to paste at a sender', () => {
  it.each(pairs)('%s with %s: names the address, and the secret where the sender needs it', (name, scheme) => {
    const snippet = snippetOf(name, scheme);
    expect(snippet).toContain(hookUrls[scheme] ?? HOOK);
    expect(snippet).not.toMatch(/undefined|\[object|\bnull\b/);
    const elsewhere = snippet.replaceAll(hookUrls[scheme] ?? HOOK, '');
    expect(elsewhere.includes('<SECRET>')).toBe(TOLD.has(scheme));
  });

  const commands = ['ghcr', 'ecr', 'acr', 'event-grid', 'artifact-registry', 'artifactory', 'cloud-events'] as const;
  it.each(pairs.filter(([name]) => commands.some((command) => command === name)))(
    '%s with %s: a shell understands it',
    (name, scheme) => {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: snippetOf(name, scheme) });
      expect([status, stderr.toString()]).toEqual([0, '']);
    },
  );

  it.each<readonly [DialectName, AuthenticationScheme, object]>([
    ['ghcr', 'hmac', { config: { url: HOOK, content_type: 'json', secret: '<SECRET>' }, events: ['package'] }],
    [
      'zot',
      'basic',
      { extensions: { events: { sinks: [{ credentials: { username: 'strata', password: '<SECRET>' } }] } } },
    ],
    ['zot', 'bearer', { extensions: { events: { sinks: [{ headers: { Authorization: 'Bearer <SECRET>' } }] } } }],
    ['artifactory', 'hmac', { handlers: [{ url: HOOK, secret: '<SECRET>', use_secret_for_signing: true }] }],
    [
      'artifactory',
      'bearer',
      { handlers: [{ custom_http_headers: [{ name: 'Authorization', value: 'Bearer <SECRET>' }] }] },
    ],
    ['cloud-events', 'bearer', { specversion: '1.0', type: 'strata.image.pushed' }],
  ])('%s with %s: the JSON in it says so', (name, scheme, expected) => {
    const [json = ''] = /^\{$[\s\S]*^\}$/m.exec(snippetOf(name, scheme)) ?? [];
    expect(JSON.parse(json)).toMatchObject(expected);
  });

  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  it.each<Exclude<AuthenticationScheme, 'oidc'>>([
    ...(['bearer', 'header', 'basic', 'path', 'query'] as const),
    ...(hasOpenssl ? (['hmac', 'standard-webhooks'] as const) : []),
  ])('cloud-events with %s: what the commands send is let in, with the event in it', (scheme) => {
    const secret = scheme === 'standard-webhooks' ? `whsec_${Buffer.from('a key').toString('base64')}` : 's3cret';
    const stub = `curl() { for part in "$@"; do printf '%s\\0' "$part"; done; }`;
    const script = snippetOf('cloud-events', scheme).replaceAll('<SECRET>', secret);
    const { stdout } = spawnSync('sh', { input: `${stub}\n${script}` });
    const sent = stdout.toString().split('\0').slice(0, -1);
    const headers = sent
      .filter((_part, at) => sent[at - 1] === '-H')
      .map((line): [string, string] => [line.split(': ')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(': ') + 2)]);
    const [url = '', body = ''] = [sent[sent.indexOf('POST') + 1], sent.at(-1)];
    const verdict = openSender(ways[scheme], [secret])(
      {
        headers: new Map(headers),
        query: new URL(url).searchParams,
        pathToken: new URL(url).pathname.split('/')[3] ?? null,
      },
      new Date(),
    );
    if (typeof verdict === 'object') verdict.update(Buffer.from(body));
    expect(verdict === 'accepted' || (typeof verdict === 'object' && verdict.isGiven())).toBe(true);
    const delivery = { headers: new Map(headers), body: Buffer.from(body), receivedAt: new Date() };
    expect(dialectOf('cloud-events').readEvents(delivery)).toMatchObject([{ kind: 'tag-pushed', tag: '1.4.2' }]);
  });

  it('ghcr: the shell leaves a secret as it is', () => {
    const script = snippetOf('ghcr', 'hmac').replaceAll('<SECRET>', 's3$HOME`echo`');
    const { stdout } = spawnSync('sh', { input: `gh() { cat; }\n${script}` });
    expect(JSON.parse(stdout.toString())).toMatchObject({ config: { secret: 's3$HOME`echo`' } });
  });

  it('ecr: the shell puts the destination into the target', () => {
    const stubs = 'aws() { case "$2" in create-*) echo "arn:$2";; put-targets) printf %s "$6";; esac; }';
    const { stdout } = spawnSync('sh', { input: `${stubs}\n${snippetOf('ecr', 'bearer')}` });
    expect(JSON.parse(stdout.toString())).toMatchObject([{ Id: 'strata', Arn: 'arn:create-api-destination' }]);
  });
});
