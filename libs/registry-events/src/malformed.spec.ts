import { describe, expect, it } from '@jest/globals';
import { dialectOf, type DialectName } from './dialects.js';

const digest = `sha256:${'9f86d081'.repeat(8)}`;
const receivedAt = new Date('2026-08-20T10:15:31.000Z');

/** `manifest-pushed`, or `ignored SCAN`, or `quarantined BAD_NAME`. */
function verdicts(name: DialectName, payload: unknown): readonly string[] {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const events = dialectOf(name).readEvents({ headers: new Map(), body, receivedAt });
  return events.map((event) => ('reason' in event ? `${event.kind} ${event.reason}` : event.kind));
}

/** A payload of each sender around the three names, as short as it can be. */
type Around = (names: {
  readonly repository?: unknown;
  readonly tag?: unknown;
  readonly digest?: unknown;
}) => Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];

const cloudEvent = (type: string, data: unknown) => ({ specversion: '1.0', id: '1', source: '/s', type, data });
const acrEvent = (target: unknown) => ({ id: '1', action: 'push', target });
const pubSubMessage = (notification: unknown) => ({
  message: { messageId: '1', data: Buffer.from(JSON.stringify(notification)).toString('base64') },
});

const around: Readonly<Partial<Record<DialectName, Around>>> = {
  zot: ({ repository, tag, digest: named }) =>
    cloudEvent('zotregistry.image.updated', { name: repository, reference: tag, digest: named }),
  ecr: ({ repository, tag, digest: named }) => ({
    id: '1',
    'detail-type': 'ECR Image Action',
    detail: {
      result: 'SUCCESS',
      'action-type': 'PUSH',
      'repository-name': repository,
      'image-tag': tag,
      'image-digest': named,
    },
  }),
  acr: (target) => acrEvent(target),
  'event-grid': (target) => [{ id: '1', eventType: 'Microsoft.ContainerRegistry.ImagePushed', data: acrEvent(target) }],
  'cloud-events': (data) => cloudEvent('strata.image.pushed', data),
  alibaba: ({ repository, tag, digest: named }) => ({
    push_data: { tag, digest: named },
    repository: { repo_full_name: repository },
  }),
};

const good = { repository: 'team/app', tag: '1.4.2', digest };

describe.each(Object.keys(around) as (keyof typeof around)[])('%s', (name) => {
  const read = (names: Parameters<Around>[0]) => verdicts(name, around[name]?.(names));

  it('takes good names', () => {
    expect(read(good)).toEqual(['manifest-pushed']);
    expect(read({ ...good, digest: undefined })).toEqual(['tag-pushed']);
    expect(read({ ...good, tag: '' })).toEqual(['manifest-pushed']);
  });

  it.each([
    ...['../../etc', 'A/B', 'x'.repeat(256), '', 'a//b', '%2e%2e', 'team/\u0430pp', 'team/app/', '/team/app'],
    ...['team/app\n', 7, null, {}],
    'registry.example:5000/team/app',
  ])('sets the repository %j aside', (repository) => {
    expect(read({ ...good, repository })).toEqual(['quarantined BAD_NAME']);
  });

  it.each(['x'.repeat(129), '.hidden', 'a/b', 'v1\n', 'ü'])('sets the tag %j aside', (tag) => {
    expect(read({ ...good, tag })).toEqual(['quarantined BAD_TAG']);
  });

  it.each([`sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}`, 'md5:x', '../x'])(
    'sets the digest %j aside',
    (wrong) => {
      expect(read({ ...good, digest: wrong })).toEqual(['quarantined BAD_DIGEST']);
    },
  );

  it('sets a push aside that names neither tag nor digest', () => {
    expect(read({ repository: 'team/app' })).toEqual(['quarantined SHAPE']);
  });
});

it.each<readonly [DialectName, string, unknown, readonly string[]]>([
  ['ghcr', 'an empty object', {}, ['quarantined SHAPE']],
  ['ghcr', 'a list', [], ['quarantined SHAPE']],
  ['ghcr', 'a package that is a text', { package: 'app', sender: {} }, ['ignored UNKNOWN_ACTION']],
  ['ghcr', 'an empty form', 'payload=', ['quarantined EMPTY']],
  ['ghcr', 'a form that is cut', 'payload=%7B%22a%22%3', ['quarantined BAD_JSON']],
  ['ghcr', 'a form with bytes that are not UTF-8', 'payload=%7B%22%FF%22%3A1%7D', ['quarantined BAD_UTF8']],
  [
    'ghcr',
    'a container without a version',
    { action: 'published', package: { package_type: 'container', name: 'app', owner: { login: 'Team' } } },
    ['quarantined SHAPE'],
  ],
  ...['evil.io', 'evilghcr.io', 'ghcr.io.evil.example'].map(
    (host): [DialectName, string, unknown, readonly string[]] => [
      'ghcr',
      `a package address of the host ${host}`,
      {
        action: 'published',
        package: {
          package_type: 'container',
          package_version: { version: digest, package_url: `${host}/team/app:1` },
        },
      },
      ['quarantined BAD_NAME'],
    ],
  ),
  [
    'ghcr',
    'digests that are cut off, beside a tag',
    {
      action: 'published',
      package: {
        ...{ package_type: 'docker', name: 'app', owner: { login: 'Team' } },
        package_version: {
          version: '1.0.0',
          container_metadata: { tag: { name: '1.0.0', digest: 'sha256:6c62fb45' }, manifest: { digest: 'sha256:6c6' } },
        },
      },
    },
    ['tag-pushed'],
  ],
  [
    'ghcr',
    'an unknown action',
    { action: 'vanished', package: { package_type: 'container' } },
    ['ignored UNKNOWN_ACTION'],
  ],
  ['gitea', 'an empty object', {}, ['quarantined SHAPE']],
  [
    'gitea',
    'a version that is neither tag nor digest',
    { action: 'created', package: { type: 'container', owner: { login: 'team' }, name: 'app', version: 'a/b' } },
    ['quarantined BAD_TAG'],
  ],
  [
    'gitea',
    'a package without an owner',
    { action: 'created', package: { type: 'container', name: 'app', version: 'v1' } },
    ['quarantined BAD_NAME'],
  ],
  ['zot', 'data that is a list', cloudEvent('zotregistry.image.updated', []), ['quarantined SHAPE']],
  ['zot', 'an unknown type', cloudEvent('zotregistry.image.frobnicated', {}), ['ignored UNKNOWN_ACTION']],
  ['zot', 'what is no CloudEvent', { name: 'team/app' }, ['quarantined SHAPE']],
  ['ecr', 'no detail type', { detail: {} }, ['quarantined SHAPE']],
  ['ecr', 'a detail that is a text', { 'detail-type': 'ECR Image Action', detail: 'x' }, ['ignored UNKNOWN_ACTION']],
  ['ecr', 'an unknown detail type', { 'detail-type': 'ECR Artifact Action' }, ['ignored UNKNOWN_ACTION']],
  ['acr', 'no action', { target: {} }, ['quarantined SHAPE']],
  ['acr', 'an unknown action', { action: 'frobnicate' }, ['ignored UNKNOWN_ACTION']],
  ['event-grid', 'an empty list', [], ['ignored NO_EVENTS']],
  ['event-grid', 'an element that is no event', [7], ['quarantined SHAPE']],
  ['event-grid', 'an event without a type', [{ id: '1' }], ['quarantined SHAPE']],
  [
    'event-grid',
    'a type of another service',
    [{ eventType: 'Microsoft.Storage.BlobCreated' }],
    ['ignored UNKNOWN_ACTION'],
  ],
  ['event-grid', 'a push without data', [{ eventType: 'ImagePushed' }], ['quarantined BAD_NAME']],
  ['artifact-registry', 'data that is no base64', { message: { data: '{}' } }, ['quarantined SHAPE']],
  ['artifact-registry', 'data that is no JSON', { message: { data: 'eA==' } }, ['quarantined BAD_JSON']],
  ['artifact-registry', 'data that is a list', pubSubMessage([]), ['quarantined SHAPE']],
  ['artifact-registry', 'no action', pubSubMessage({}), ['quarantined SHAPE']],
  ['artifact-registry', 'an unknown action', pubSubMessage({ action: 'UPDATE' }), ['ignored UNKNOWN_ACTION']],
  ['artifact-registry', 'a push that names nothing', pubSubMessage({ action: 'INSERT' }), ['quarantined BAD_NAME']],
  ...[
    'registry.example/team/app',
    'us-docker.pkg.dev.evil.example/p/r/app',
    'evil-docker.pkg.devil/p/r/app',
    'evilgcr.io/p/app',
    'localhost:5000/app',
    'app',
    '/p/r/app',
  ].map((path): [DialectName, string, unknown, readonly string[]] => [
    'artifact-registry',
    `the host of ${path}`,
    pubSubMessage({ action: 'INSERT', digest: `${path}@${digest}` }),
    ['quarantined BAD_NAME'],
  ]),
  [
    'artifact-registry',
    'digest and tag in different repositories',
    pubSubMessage({ action: 'INSERT', digest: `gcr.io/p/a@${digest}`, tag: 'gcr.io/p/b:1' }),
    ['quarantined BAD_NAME'],
  ],
  [
    'artifact-registry',
    'a reference without a digest',
    pubSubMessage({ action: 'INSERT', digest: 'gcr.io/p/a' }),
    ['quarantined SHAPE'],
  ],
  ['artifactory', 'no domain', { event_type: 'pushed' }, ['quarantined SHAPE']],
  ['artifactory', 'no path', { domain: 'docker', event_type: 'pushed', data: {} }, ['quarantined SHAPE']],
  [
    'artifactory',
    'a checksum that is none',
    {
      domain: 'docker',
      event_type: 'pushed',
      data: { repo_key: 'docker', path: 'team/app/v1/manifest.json', sha256: 'sample_checksum' },
    },
    ['quarantined BAD_DIGEST'],
  ],
  [
    'artifactory',
    'a path that leaves its folder',
    { domain: 'artifact', event_type: 'deployed', data: { repo_key: 'docker', path: '../x/v1/manifest.json' } },
    ['quarantined BAD_NAME'],
  ],
  ['nexus', 'an empty object', {}, ['quarantined SHAPE']],
  ['nexus', 'a component that is a text', { action: 'CREATED', component: 'app' }, ['quarantined SHAPE']],
  ['nexus', 'an event of the whole server', { action: 'CREATED', repository: {} }, ['ignored NO_CHANGE']],
  [
    'nexus',
    'an unknown action',
    { action: 'PURGED', component: { format: 'docker', name: 'team/app', version: 'v1' } },
    ['ignored UNKNOWN_ACTION'],
  ],
  [
    'nexus',
    'an asset with a path that leaves its folder',
    { action: 'CREATED', asset: { format: 'docker', name: 'v2/../x/manifests/v1' } },
    ['quarantined BAD_NAME'],
  ],
  ['alibaba', 'no push', { repository: {} }, ['quarantined SHAPE']],
  ['cloud-events', 'a type of nobody here', cloudEvent('org.example.x', {}), ['ignored UNKNOWN_ACTION']],
  ['cloud-events', 'our own type that is none', cloudEvent('strata.image.frobnicated', {}), ['ignored UNKNOWN_ACTION']],
  ['cloud-events', 'our own type without data', cloudEvent('strata.image.pushed', undefined), ['quarantined SHAPE']],
])('%s reads %s for what it is', (name, _title, payload, expected) => {
  expect(verdicts(name, payload)).toEqual(expected);
});
