import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aDistributionEvent, anEnvelope } from '@strata/registry-events/testing';
import { startHook, type RunningHook } from './testing/start-hook.js';

let hook: RunningHook;
beforeAll(async () => void (hook = await startHook()));
afterAll(() => hook.end());
beforeEach(() => hook.forget());

const digest = `sha256:${'a'.repeat(64)}`;
const absent = { digest: undefined, tag: undefined, url: undefined, mediaType: undefined };
const blob = {
  tag: undefined,
  mediaType: 'application/octet-stream',
  url: `http://r.example/v2/team/app/blobs/${digest}`,
};
const trap = 'http://169.254.169.254/v2/x/manifests/y';

type Changes = NonNullable<Parameters<typeof aDistributionEvent>[0]>;

describe('an event is answered with 202 and', () => {
  const badNames = ['../../etc', 'A/B', 'x'.repeat(300), '', 'a//b', '%2e%2e', 'team/\u0430pp', 'team/app/'];
  it.each<readonly [string, Changes, string]>([
    ['a push by tag waits for work on its manifest', {}, 'new manifest'],
    ['a push by digest waits for work on its manifest', { target: { tag: undefined, digest } }, 'new manifest'],
    [
      'a delete by digest waits to be checked',
      { action: 'delete', target: { ...absent, digest } },
      'new manifest_deletion',
    ],
    ['a delete by tag waits to be checked', { action: 'delete', target: { ...absent, tag: 'v1' } }, 'new tag_deletion'],
    ['a delete of a repository waits to be checked', { action: 'delete', target: absent }, 'new repository_deletion'],
    ['a pull is ignored', { action: 'pull' }, 'ignored PULL'],
    ['a mount is ignored', { action: 'mount' }, 'ignored MOUNT'],
    ['an unknown action is ignored and can be counted', { action: 'frobnicate' }, 'ignored UNKNOWN_ACTION'],
    ['the push of a blob is ignored', { target: blob }, 'ignored BLOB'],
    ['our own read is ignored', { action: 'pull', request: { useragent: 'strata/0.1.0' } }, 'ignored OWN_READ'],
    [
      'addresses elsewhere choose nothing',
      { target: { url: trap }, request: { host: trap }, source: { addr: trap } },
      'new manifest',
    ],
    ['an event three days old is taken', { timestamp: '2020-01-01T00:00:00Z' }, 'new manifest'],
    ...badNames.map(
      (repository) =>
        [
          `${JSON.stringify(repository.slice(0, 20))} is set aside`,
          { target: { repository } },
          'quarantined BAD_NAME',
        ] as const,
    ),
    ['a tag that is none is set aside', { target: { tag: '../x' } }, 'quarantined BAD_TAG'],
    ['a digest that is none is set aside', { target: { digest: 'sha256:../x' } }, 'quarantined BAD_DIGEST'],
  ])('%s', async (_title, changes, expected) => {
    const response = await hook.post(Buffer.from(anEnvelope(aDistributionEvent(changes))));
    expect(response.status).toBe(202);
    const [row] = await hook.rows('state, reason, work');
    expect(`${String(row?.['state'])} ${String(row?.['reason'] ?? row?.['work'])}`).toBe(expected);
  });

  it('is one row although it is sent a thousand times', async () => {
    const body = Buffer.from(anEnvelope(aDistributionEvent()));
    for (let batch = 0; batch < 20; batch += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => hook.post(body)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    }
    expect(await hook.rows('state')).toEqual([{ state: 'new' }]);
  }, 60_000);

  it('leads to a crawl when it comes from a new life of the registry', async () => {
    const from = (id: string, instanceID: string) =>
      hook.post(Buffer.from(anEnvelope(aDistributionEvent({ id, source: { instanceID } }))));
    const dirty = async () =>
      (
        await hook.database.catalog.pool.query<{ dirty: boolean }>(
          `SELECT dirty_since IS NOT NULL AS dirty FROM source WHERE name = 'local'`,
        )
      ).rows;
    await hook.database.catalog.pool.query('TRUNCATE source_instance');
    await hook.database.catalog.pool.query('UPDATE source SET dirty_since = NULL');
    await from('e1', 'life-1');
    expect(await dirty()).toEqual([{ dirty: false }]);
    await from('e2', 'life-2');
    expect(await dirty()).toEqual([{ dirty: true }]);
  });
});
