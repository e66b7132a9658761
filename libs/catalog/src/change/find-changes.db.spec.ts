import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage, anIndex } from '@strata/oci/testing';
import { freshDatabase, type FreshDatabase } from '../testing/fresh-database.js';
import { aScene, type Scene } from '../testing/graph-scene.js';
import { WORLD_WORDS, type World } from '../testing/world/build-world.js';
import { writeWorld } from '../testing/world/write-world.js';
import { waitForChanges } from '../testing/wait-for-changes.js';
import { closeFindings, openFindings } from '../finding/write-findings.js';
import { inTransaction } from '../open-catalog.js';
import { changeMessage } from './change-message.js';
import { findChangeHorizon, findChanges } from './find-changes.js';
import { forgetChanges } from './forget-changes.js';

const amd64 = anImage({ seed: 'a' });
const arm64 = anImage({ seed: 'b', platform: 'linux/arm64' });
const both = anIndex({ entries: [amd64, arm64] });
// The index does not say where its second entry runs: that is known once the image is.
const settled = anIndex({ entries: [amd64, { manifest: arm64, platform: null }] });
const repository = { registry: WORLD_WORDS.registries[0], name: 'team/app' };
const at = (minute: number) => new Date(Date.UTC(2026, 7, 1, 0, minute));
const world = (...steps: World['steps']): World => ({
  ...{ layers: [], images: [], indexes: [], artifacts: [], repositories: [repository] },
  steps,
});
const hold = (minute: number, ...manifests: Parameters<typeof anIndex>[0]['entries'][number][]) => ({
  kind: 'hold' as const,
  at: at(minute),
  repository,
  manifests: manifests.map((each) => ('manifest' in each ? each.manifest : each)),
});
const tag = (minute: number, target: typeof amd64 | typeof both | null) => ({
  kind: 'tag' as const,
  ...{ at: at(minute), repository, tag: '1', target, pushedAt: null },
});

let db: FreshDatabase;
let scene: Scene;
beforeAll(async () => {
  db = await freshDatabase();
  scene = await aScene(db.catalog);
});
afterAll(() => db.drop());
beforeEach(() =>
  db.catalog.pool.query('TRUNCATE change, tag, manifest, layer, image_config, repository_manifest CASCADE'),
);

const told = async (query: Partial<Parameters<typeof findChanges>[1]> = {}, isSlow = false) => {
  if (!isSlow) await waitForChanges(db.catalog.pool);
  const { changes } = await findChanges(db.catalog.pool, { after: '0:0', ...query });
  return changes.map(({ kind, platforms }) => [kind, ...platforms.map(({ name }) => name)].join(' '));
};

describe('changes', () => {
  it('tell of a tag’s whole life, and of the platforms that it lost and gained', async () => {
    const steps = [
      hold(1, amd64, arm64, both),
      tag(2, both),
      tag(3, amd64),
      tag(4, amd64),
      tag(5, arm64),
      tag(6, null),
    ];
    await writeWorld(db.catalog, world(...steps));
    expect(await told()).toEqual([
      'tag_created linux/amd64 linux/arm64',
      ...['tag_moved linux/amd64', 'platform_lost linux/arm64'],
      ...['tag_moved linux/arm64', 'platform_lost linux/amd64', 'platform_gained linux/arm64'],
      'tag_deleted linux/arm64',
    ]);
    expect(await told({ kinds: ['platform_lost'] })).toHaveLength(2);
    expect(await told({ where: { platforms: { has: ['arm64'] } } })).toHaveLength(5);
    expect(await told({ where: { repository: { eq: 'other' } } })).toEqual([]);
  });

  it('tell of a platform that an index learns of from a child that comes later', async () => {
    await writeWorld(db.catalog, world(hold(1, amd64, settled), tag(2, settled), hold(3, arm64)));
    expect(await told()).toEqual(['tag_created linux/amd64', 'platform_gained linux/arm64']);
  });

  it('are told only once no transaction that began before theirs is open, and then all of them', async () => {
    const { position: start } = await findChangeHorizon(db.catalog.pool);
    const slow = await db.catalog.pool.connect();
    await slow.query('BEGIN');
    await slow.query('SELECT pg_current_xact_id()');
    await writeWorld(db.catalog, world(hold(1, amd64), tag(2, amd64)));
    expect(await told({ after: start }, true)).toEqual([]);
    expect(await findChangeHorizon(db.catalog.pool)).toMatchObject({ isHeldBack: true });
    await slow.query(`INSERT INTO change (xid, kind, tag_id, at, from_manifest_id)
      SELECT pg_current_xact_id()::text::bigint, 'tag_deleted', id, now(), manifest_id FROM tag`);
    await slow.query('COMMIT');
    slow.release();
    expect(await told({ after: start })).toEqual(['tag_deleted', 'tag_created linux/amd64']);
  });

  it('are forgotten when they are old', async () => {
    await writeWorld(db.catalog, world(hold(1, amd64), tag(2, amd64), tag(5, null)));
    expect(await forgetChanges(db.catalog.pool, { before: at(4), unreadBefore: at(4) })).toBe(1);
    expect(await told()).toEqual(['tag_deleted linux/amd64']);
  });

  it('of something else than tags are not made', async () => {
    await scene.write(await scene.repository('team/app'), amd64);
    expect(await told()).toEqual([]);
  });
});

describe('findings in the feed', () => {
  const write = async () => {
    await writeWorld(db.catalog, world(hold(1, amd64, arm64, both), tag(2, both)));
    const { rows } = await db.catalog.pool.query<{ tagId: bigint; repositoryId: bigint; manifestId: bigint }>(
      'SELECT id AS "tagId", repository_id AS "repositoryId", manifest_id AS "manifestId" FROM tag',
    );
    const [about] = rows;
    if (about === undefined) throw new Error('there is no tag');
    const facts = { kind: 'legacy_format', severity: 'medium', policyId: null, subject: '', detail: null } as const;
    await inTransaction(db.catalog, async (sql) => {
      const opened = await openFindings(
        sql,
        [
          { ...facts, ...about, since: at(1) },
          { ...facts, ...about, kind: 'invalid_manifest', tagId: null, since: at(1) },
        ],
        { at: at(3), tells: true },
      );
      await closeFindings(sql, [opened[0]?.id ?? 0n], { at: at(4), tells: true });
    });
    return about;
  };

  it('are told with what they are about, with their sentence, and with the finding as it is', async () => {
    const { tagId } = await write();
    await waitForChanges(db.catalog.pool);
    const kinds = ['finding_opened', 'finding_closed'] as const;
    const { changes } = await findChanges(db.catalog.pool, { after: '0:0', kinds });
    const full = `${repository.registry}/${repository.name}`;
    expect(changes.map((change) => [change.kind, change.tagId, change.reference, changeMessage(change)])).toEqual([
      ['finding_opened', tagId, `${full}:1`, expect.stringContaining(`${full}:1 is in Docker schema 1`)],
      [
        'finding_opened',
        null,
        `${full}@${both.digest}`,
        expect.stringContaining(`${full}@${both.digest} is not a valid`),
      ],
      ['finding_closed', tagId, `${full}:1`, expect.stringContaining(`No longer so: ${full}:1 is in`)],
    ]);
    expect(changes[0]).toMatchObject({ at: at(3), toDigest: both.digest, finding: { closedAt: at(4) } });
    expect(changes[0]?.platforms.map(({ name }) => name)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('match a filter of tags by their tag, and not at all where they are about a manifest', async () => {
    await write();
    const kinds = ['finding_opened', 'finding_closed'] as const;
    const all = 'linux/amd64 linux/arm64';
    expect(await told({ kinds, where: { repository: { eq: 'team/app' } } })).toEqual([
      `finding_opened ${all}`,
      `finding_closed ${all}`,
    ]);
    expect(await told({ kinds, where: { not: { repository: { eq: 'nobody' } } } })).toHaveLength(2);
    expect(await told({ kinds, where: { platforms: { lacks: ['arm64'] } } })).toEqual([]);
    expect(await told({ kinds })).toHaveLength(3);
  });
});
