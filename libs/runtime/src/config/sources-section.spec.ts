import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkConfigText } from './read-config-file.js';
import type { Checked } from './read-config.js';
import type { SourceConfig } from './source-config.js';
import type { SourceWords } from './source-words.js';
import { sourcesSection } from './sources-section.js';

const env = { SECRET: 's3cret', USER: 'reader', PASS: 'p$a{s}s', BLANK: '' };

interface Scheme {
  readonly scheme: 'bearer' | 'oidc' | 'basic';
}

/** Words of senders as small as they can be: `basic` is refused, `oidc` shares no secret. */
const words: SourceWords<'distribution' | 'harbor', Scheme> = {
  dialects: ['distribution', 'harbor'],
  authentication: z.strictObject({ scheme: z.enum(['bearer', 'oidc', 'basic']) }),
  settle({ dialect, authentication = { scheme: 'bearer' }, secrets }) {
    if (authentication.scheme === 'basic')
      return { ok: false, path: ['authentication', 'scheme'], message: `is none that ${dialect} can do` };
    if (authentication.scheme === 'bearer' && secrets.length === 0)
      return { ok: false, path: ['secrets'], message: 'must hold at least one secret' };
    return { ok: true, authentication };
  },
};

function check(text: string): Checked<readonly SourceConfig<'distribution' | 'harbor', Scheme>[]> {
  const checked = checkConfigText('strata.yaml', text, { sources: sourcesSection(words) }, env);
  return checked.ok ? { ok: true, value: checked.value.sources } : checked;
}

function problemsOf(text: string): readonly string[] {
  const checked = check(text);
  return checked.ok ? [] : checked.problems.map(({ where, message }) => `${where} ${message}`);
}

const VALID = ['name: local', 'dialect: distribution', 'registry: http://127.0.0.1:5000', 'secrets: ["${SECRET}"]'];

/** A file with one valid source, some lines of it replaced or added; its first line is line 2. */
function withLines(...changes: readonly string[]): string {
  const keyOf = (line: string): string => line.split(':')[0] ?? '';
  const kept = VALID.map((line) => changes.find((change) => keyOf(change) === keyOf(line)) ?? line);
  const added = changes.filter((change) => !kept.includes(change));
  return `sources:\n  - ${[...kept, ...added].join('\n    ')}\n`;
}

describe('the sources of strata.yaml', () => {
  it('reads every setting, with the variables put in', () => {
    const text = withLines(
      'secrets: ["${SECRET}", "old-${SECRET}", "$${SECRET}"]',
      'host: registry.example:5000',
      'credentials: { username: "${USER}", password: "${PASS}" }',
      'allowPrivateNetwork: true',
      'allowedRealms: ["https://auth.example"]',
    );
    expect(check(text)).toEqual({
      ok: true,
      value: [
        {
          name: 'local',
          dialect: 'distribution',
          registry: new URL('http://127.0.0.1:5000'),
          host: 'registry.example:5000',
          authentication: { scheme: 'bearer' },
          secrets: ['s3cret', 'old-s3cret', '${SECRET}'],
          credentials: { username: 'reader', password: 'p$a{s}s' },
          writeCredentials: null,
          tls: { insecure: false, ca: null, cert: null, key: null },
          rate: { requestsPerSecond: null, burst: null, concurrency: null },
          allowPrivateNetwork: true,
          allowedRealms: [new URL('https://auth.example')],
          repositories: [],
          crawl: { fullEveryMs: 21_600_000, sampleEveryMs: 300_000, dirtyEveryMs: 600_000 },
        },
      ],
    });
  });

  it('chooses the careful side where nothing is said', () => {
    expect(check(withLines())).toMatchObject({
      value: [{ host: '127.0.0.1:5000', credentials: null, allowPrivateNetwork: false, allowedRealms: [] }],
    });
  });

  it('asks for no secret where the sender proves itself without one', () => {
    expect(
      check(withLines('authentication: { scheme: oidc }').replace('    secrets: ["${SECRET}"]\n', '')),
    ).toMatchObject({
      value: [{ authentication: { scheme: 'oidc' }, secrets: [] }],
    });
  });

  it('says that a secret is missing together with everything else that is wrong', () => {
    expect(problemsOf('sources:\n  - name: A\n    dialect: quay\n')).toHaveLength(4);
  });

  it.each(['', '# nothing yet\n', 'sources:\n', 'sources: []\n'])('takes %j for a file without sources', (text) => {
    expect(check(text)).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['an unknown setting', withLines('secret: x'), '6:5 sources[0].secret is not a known setting'],
    ['an unknown section', 'source: []\n', '1:1 source is not a known setting'],
    ['a missing variable', withLines('secrets: [a, "x${NOPE}"]'), '5:18 the variable NOPE is not set'],
    ['a default in a reference', withLines('secrets: ["${A:-b}"]'), '5:15 ${A:-b} does not name a variable'],
    ['a blank secret', withLines('secrets: ["${BLANK}"]'), '5:15 sources[0].secrets[0] must not be empty'],
    [
      'more secrets than anybody rotates',
      withLines('secrets: [a, b, c, d, e, f]'),
      '5:14 sources[0].secrets must hold at most 5 secrets',
    ],
    [
      'an authentication that this sender cannot do',
      withLines('authentication: { scheme: basic }'),
      '6:31 sources[0].authentication.scheme is none that distribution can do',
    ],
    ['no secret', withLines('secrets: []'), '5:14 sources[0].secrets must hold at least one secret'],
    [
      'a secret that no header can carry',
      withLines('secrets: ["a b"]'),
      '5:15 sources[0].secrets[0] must be printable ASCII without spaces, since it travels in a header',
    ],
    ['an unknown dialect', withLines('dialect: quay'), '3:14 sources[0].dialect must be one of: distribution, harbor'],
    [
      'another scheme',
      withLines('registry: ftp://h'),
      '4:15 sources[0].registry must be a URL that starts with http:// or https://',
    ],
    [
      'credentials inside the URL',
      withLines('registry: http://u@h'),
      '4:15 sources[0].registry must not hold a user name or password; use credentials',
    ],
    [
      'a token service with a path',
      withLines('allowedRealms: ["https://auth.example/token"]'),
      '6:21 sources[0].allowedRealms[0] must be an origin such as https://auth.example, without a path',
    ],
    [
      'TLS without TLS',
      withLines('tls: { insecure: true }'),
      '6:10 sources[0].tls means nothing for a registry at http://',
    ],
    ['a rate that is none', withLines('rate: { burst: x }'), '6:20 sources[0].rate.burst must be a whole number'],
    ['a query', withLines('registry: http://h/?x'), '4:15 sources[0].registry must not hold a query or a fragment'],
    [
      'half of the credentials',
      withLines('credentials: { username: a }'),
      '6:18 sources[0].credentials.password is needed and not set',
    ],
    [
      'a name twice',
      `${withLines()}${withLines().replace('sources:\n', '')}`,
      '6:11 sources[1].name "local" is already taken by a source above',
    ],
  ])('says where %s stands', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([`strata.yaml:${problem}`]);
  });

  it('points at broken YAML', () => {
    expect(problemsOf('sources:\n  - name: a\n   dialect: b\n')[0]).toMatch(/^strata\.yaml:3:\d+ /);
    expect(problemsOf(withLines().replace('dialect: ', 'name: b\n    dialect: '))[0]).toMatch(
      /^strata\.yaml:3:5 .*unique/i,
    );
  });

  it('lists the problems in the order of the file', () => {
    const lines = problemsOf(withLines('name: A', 'registry: nope', 'x: 1')).map((problem) => problem.split(':')[1]);
    expect(lines).toEqual(['2', '4', '6']);
  });

  it('never lets a variable add structure', () => {
    const checked = checkConfigText('f', withLines(), { sources: sourcesSection(words) }, { SECRET: 'a", "b' });
    expect(checked).toMatchObject({ ok: false, problems: [{ where: 'f:5:15' }] });
  });
});
