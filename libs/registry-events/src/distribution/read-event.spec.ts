import { describe, expect, it } from '@jest/globals';
import { digestOf } from '@strata/oci';
import { aDistributionEvent, anEnvelope } from '../testing.js';
import type { RegistryEvent } from '../registry-event.js';
import { readEvents } from './read-events.js';

const digest = digestOf(Buffer.from('anything'));
const absent = { digest: undefined, tag: undefined, url: undefined, mediaType: undefined };

type Changes = NonNullable<Parameters<typeof aDistributionEvent>[0]>;

function read(changes: Changes): RegistryEvent {
  const [event, ...others] = readEvents({ body: anEnvelope(aDistributionEvent(changes)) });
  if (event === undefined || others.length > 0) throw new Error('one event in, one event out');
  return event;
}

describe('an event', () => {
  it.each<readonly [string, Changes, Partial<RegistryEvent>]>([
    ['a push by tag', {}, { kind: 'manifest-pushed', repository: 'team/app', tag: '1.4.2' }],
    ['a push by digest', { target: { tag: undefined, digest } }, { kind: 'manifest-pushed', tag: null, digest }],
    ['a push by digest, 3.x style', { target: { tag: '', digest } }, { kind: 'manifest-pushed', tag: null, digest }],
    [
      'a push of a tag without a digest',
      { target: { digest: '' } },
      { kind: 'tag-pushed', tag: '1.4.2', digest: null },
    ],
    [
      'a push whose tag is its digest',
      { target: { ...absent, tag: digest } },
      { kind: 'manifest-pushed', tag: null, digest },
    ],
    ['a sha512 digest', { target: { digest: digestOf(Buffer.from('x'), 'sha512') } }, { kind: 'manifest-pushed' }],
    ['a pull', { action: 'pull' }, { kind: 'ignored', reason: 'PULL' }],
    [
      'our own read',
      { action: 'pull', request: { useragent: 'strata/0.1.0' } },
      { kind: 'ignored', reason: 'OWN_READ' },
    ],
    ['a push by one who calls itself like us', { request: { useragent: 'strata/9' } }, { kind: 'manifest-pushed' }],
    ['a mount', { action: 'mount' }, { kind: 'ignored', reason: 'MOUNT' }],
    [
      'an unknown action',
      { action: 'frobnicate' },
      { kind: 'ignored', reason: 'UNKNOWN_ACTION', action: 'frobnicate' },
    ],
    ['a long unknown action', { action: 'x'.repeat(99) }, { kind: 'ignored', action: 'x'.repeat(64) }],
    ['an action in another letter case', { action: 'PUSH' }, { kind: 'ignored', reason: 'UNKNOWN_ACTION' }],
    [
      'an action named like a member of objects',
      { action: 'constructor' },
      { kind: 'ignored', reason: 'UNKNOWN_ACTION' },
    ],
    ['no action', { action: undefined }, { kind: 'quarantined', reason: 'SHAPE' }],
    ['an empty action', { action: '' }, { kind: 'quarantined', reason: 'SHAPE' }],
    ['an action that is a number', { action: 7 }, { kind: 'quarantined', reason: 'SHAPE' }],
    ['a push that names nothing', { target: absent }, { kind: 'quarantined', reason: 'SHAPE' }],
    [
      'a delete of a manifest',
      { action: 'delete', target: { ...absent, digest } },
      { kind: 'manifest-deleted', digest },
    ],
    ['a delete of a tag', { action: 'delete', target: { ...absent, tag: 'v1' } }, { kind: 'tag-deleted', tag: 'v1' }],
    [
      'a delete of a repository',
      { action: 'delete', target: absent },
      { kind: 'repository-deleted', repository: 'team/app' },
    ],
  ])('reads %s', (_title, changes, expected) => {
    expect(read(changes)).toMatchObject(expected);
  });

  const blobUrl = `https://registry.example/v2/team/app/blobs/${digest}`;
  const manifestUrl = `https://registry.example/v2/team/blobs/manifests/${digest}?x=/blobs/y#/blobs/z`;
  it.each<readonly [string, Record<string, unknown>, RegistryEvent['kind']]>([
    ['by its address', { url: blobUrl, mediaType: '' }, 'ignored'],
    ['by its address against its media type', { url: blobUrl }, 'ignored'],
    ['by the usual media type', { url: undefined, mediaType: 'application/octet-stream' }, 'ignored'],
    [
      'by the documented media type',
      { url: '', mediaType: 'application/vnd.docker.container.image.rootfs.diff+x-gtar' },
      'ignored',
    ],
    ['but not a manifest in a repository called blobs', { url: manifestUrl }, 'manifest-pushed'],
    [
      'but not a manifest by its address against its media type',
      { url: manifestUrl, mediaType: 'application/octet-stream' },
      'manifest-pushed',
    ],
    ['but not a manifest with an address that says nothing', { url: 'blobs' }, 'manifest-pushed'],
  ])('tells a blob %s', (_title, target, kind) => {
    expect(read({ target: { tag: undefined, digest, ...target } })).toMatchObject(
      kind === 'ignored' ? { kind, reason: 'BLOB' } : { kind },
    );
  });

  const lookAlike = 'team/\u0430pp'; // the first letter of "app" is Cyrillic
  it.each([
    '../../etc',
    'A/B',
    'x'.repeat(256),
    '',
    'a//b',
    '%2e%2e',
    lookAlike,
    'team/app/',
    '/team/app',
    'team/app\n',
    'a/../b',
    7,
    null,
    {},
  ])('sets the repository %j aside, and never shows it as one', (repository) => {
    for (const action of ['push', 'delete']) {
      expect(read({ action, target: { repository } })).toMatchObject({
        kind: 'quarantined',
        reason: 'BAD_NAME',
        repository: null,
      });
    }
  });

  it.each(['x'.repeat(129), '.hidden', '-dash', 'a/b', 'v1\n', 'ü', 'a b'])('sets the tag %j aside', (tag) => {
    expect(read({ target: { tag } })).toMatchObject({ kind: 'quarantined', reason: 'BAD_TAG', tag: null });
  });

  it.each([
    'sha256:../../x',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(65)}`,
    `md5:${'a'.repeat(32)}`,
    'x',
  ])('sets the digest %j aside', (text) => {
    expect(read({ target: { digest: text } })).toMatchObject({
      kind: 'quarantined',
      reason: 'BAD_DIGEST',
      digest: null,
    });
  });

  it.each([undefined, '', 7, 'x'.repeat(10_000), 'a\0b', 'ü', null, {}])(
    'goes by the bytes when the id is %j',
    (id) => {
      expect(read({ id })).toMatchObject({ kind: 'manifest-pushed', nativeId: null });
    },
  );

  it('lets no address in it decide anything', () => {
    const elsewhere = 'http://169.254.169.254/v2/other/manifests/x';
    const event = read({
      target: { url: elsewhere },
      request: { host: '169.254.169.254', useragent: 'docker' },
      source: { addr: '169.254.169.254:80', instanceID: 'i' },
    });
    expect({ ...event, raw: null }).not.toEqual(expect.objectContaining({ host: expect.anything() }));
    expect(JSON.stringify({ ...event, raw: null })).not.toContain('169.254');
  });

  it.each([
    ['2026-08-20T10:15:30.123456789Z', new Date('2026-08-20T10:15:30.123Z')],
    ['2026-08-20T12:15:30+02:00', new Date('2026-08-20T10:15:30Z')],
    ['yesterday', null],
    ['2026-13-20T10:15:30Z', null],
    [1_787_000_000, null],
  ])('takes %j for a time as far as it is one', (timestamp, expected) => {
    expect(read({ timestamp }).sourceTime).toEqual(expected);
  });
});
