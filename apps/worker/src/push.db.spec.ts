import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dumpTables, totalsOf } from '@strata/catalog/testing';
import { anImage, anIndex, manifestsOf } from '@strata/oci/testing';
import { deletionOf, pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps()));
afterAll(() => steps.end());
beforeEach(() => steps.forget());

const REPOSITORY = 'team/app';
const one = anImage({ seed: 'one' });
const two = anImage({ seed: 'two' });

/** Everything but the inbox, and the moments at which something was last looked at. */
const graph = async () => ({
  ...(await dumpTables(steps.catalog.pool, ['inbox', 'source', 'repository', 'tag'])),
  tag: await steps.rows(
    'SELECT id, name, manifest_id, platform_set_id, format, total_bytes, pushed_at FROM tag ORDER BY id',
  ),
});
const tags = () =>
  steps.rows<{ name: string; digest: string | null }>(
    `SELECT tag.name, 'sha256:' || encode(substr(manifest.digest, 2), 'hex') AS digest
       FROM tag LEFT JOIN manifest ON manifest.id = manifest_id ORDER BY tag.name`,
  );
const moves = () =>
  steps.rows<{ open: boolean }>('SELECT to_at IS NULL AS open, actor, via FROM tag_interval ORDER BY id');

describe('a push', () => {
  it('by tag brings the manifest and the tag, and ends', async () => {
    steps.put(REPOSITORY, 'v1', one);
    await steps.receive(pushOf(REPOSITORY, 'v1', one));
    expect(await steps.round()).toBe(1);
    expect(await steps.inbox('state, reason, starts')).toEqual([{ state: 'done', reason: null, starts: 1 }]);
    expect(await tags()).toEqual([{ name: 'v1', digest: one.digest }]);
    expect(await moves()).toEqual([{ open: true, actor: 'ci-bot', via: 'event' }]);
    expect(
      await steps.rows('SELECT reference, format, total_bytes = (SELECT total_bytes FROM manifest) AS same FROM tag'),
    ).toEqual([{ reference: 'registry.example/team/app:v1', format: 'oci_image', same: true }]);
  });

  it('by digest brings the manifest and no tag', async () => {
    steps.put(REPOSITORY, null, one);
    await steps.receive(pushOf(REPOSITORY, null, one));
    await steps.settle();
    expect(await tags()).toEqual([]);
    expect(await steps.rows('SELECT count(*)::int AS count FROM repository_manifest')).toEqual([{ count: 1 }]);
  });

  it('that is handled twice, or announced twice, changes nothing the second time', async () => {
    const index = anIndex({ entries: [one, anImage({ platform: 'linux/arm64' })], attestations: 'classic' });
    steps.put(REPOSITORY, 'v1', index);
    await steps.receive(pushOf(REPOSITORY, 'v1', index));
    await steps.settle();
    const before = await graph();
    await steps.receive(pushOf(REPOSITORY, 'v1', index), pushOf(REPOSITORY, 'v1', index));
    await steps.settle();
    await steps.rows(`UPDATE inbox SET state = 'new', finished_at = NULL`);
    await steps.settle();
    expect(await graph()).toEqual(before);
  });

  it('asks the registry for nothing that is known, but for where the tag points', async () => {
    steps.put(REPOSITORY, 'v1', one);
    await steps.receive(pushOf(REPOSITORY, 'v1', one));
    await steps.settle();
    steps.registry.forgetRequests();
    await steps.receive(pushOf(REPOSITORY, 'v1', one));
    await steps.settle();
    expect(steps.registry.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /v2/team/app/manifests/v1',
    ]);
  });

  it('of something else under the same tag closes one interval and opens the next', async () => {
    for (const image of [one, two]) {
      steps.put(REPOSITORY, 'v1', image);
      await steps.receive(pushOf(REPOSITORY, 'v1', image));
      await steps.settle();
    }
    expect(await tags()).toEqual([{ name: 'v1', digest: two.digest }]);
    expect((await moves()).map(({ open }) => open)).toEqual([false, true]);
  });

  it('whose event overtakes the tag ends with the tag where the registry has it, by a second look', async () => {
    steps.put(REPOSITORY, 'v1', one);
    await steps.receive(pushOf(REPOSITORY, 'v1', one));
    await steps.settle();
    steps.put(REPOSITORY, null, two);
    await steps.receive(pushOf(REPOSITORY, 'v1', two));
    await steps.round();
    expect(await tags()).toEqual([{ name: 'v1', digest: one.digest }]);
    steps.put(REPOSITORY, 'v1', two);
    await steps.settle();
    expect(await tags()).toEqual([{ name: 'v1', digest: two.digest }]);
  });

  it('whose tag never comes to point at it is looked at four more times, then believed to the registry', async () => {
    steps.put(REPOSITORY, 'v1', one);
    steps.put(REPOSITORY, null, two);
    await steps.receive(pushOf(REPOSITORY, 'v1', two));
    const delays: unknown[] = [];
    for (let round = 0; round < 6; round += 1) {
      await steps.round();
      delays.push(
        ...(await steps.rows(
          `SELECT round(extract(epoch FROM next_at - now()) * 10)::int / 10.0 AS s FROM inbox WHERE state = 'new'`,
        )),
      );
      await steps.rows(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);
    }
    expect(delays.map((row) => Math.abs(Math.round(Number(Object.values(row ?? {})[0]))))).toEqual([0, 2, 15, 60]);
    expect(await steps.inbox('state, looks')).toEqual([
      { state: 'done', looks: 0 },
      { state: 'done', looks: 4 },
    ]);
    expect(await tags()).toEqual([{ name: 'v1', digest: one.digest }]);
  });

  it('of a digest that the registry does not have is asked for again, then done as gone, and leaves no repository behind', async () => {
    await steps.receive(pushOf('ghost/app', null, one));
    await steps.settle();
    expect(await steps.inbox('state, reason, looks')).toEqual([{ state: 'done', reason: 'GONE', looks: 4 }]);
    expect(await steps.rows(`SELECT name FROM repository WHERE name = 'ghost/app'`)).toEqual([]);
  });
});

describe('a push of an index', () => {
  const index = anIndex({ entries: [one, anImage({ seed: 'one', platform: 'linux/arm64' })], attestations: 'classic' });

  it('makes its children work of their own, in its own commit, and they are catalogued', async () => {
    steps.put(REPOSITORY, 'v1', index);
    await steps.receive(pushOf(REPOSITORY, 'v1', index));
    await steps.round();
    expect(await steps.inbox('state, action, depth, root_id IS NULL AS root')).toEqual([
      { state: 'done', action: 'push', depth: 0, root: true },
      ...Array.from({ length: 4 }, () => ({ state: 'new', action: 'child', depth: 1, root: false })),
    ]);
    await steps.settle();
    expect(await steps.inbox('state')).toEqual(Array.from({ length: 5 }, () => ({ state: 'done' })));
    expect((await totalsOf(steps.catalog.pool, index)).platforms).toEqual(['linux/amd64', 'linux/arm64']);
    const [tag] = await steps.rows<{ same: boolean }>(
      'SELECT tag.total_bytes = manifest.total_bytes AND manifest.total_bytes > 0 AS same FROM tag JOIN manifest ON manifest.id = manifest_id',
    );
    expect(tag?.same).toBe(true);
  });

  it('is kept with the children that the registry has; the others are known to be missing', async () => {
    steps.put(REPOSITORY, 'v1', index, [one]);
    await steps.receive(pushOf(REPOSITORY, 'v1', index));
    await steps.settle();
    expect(await steps.rows(`SELECT reason FROM inbox WHERE reason IS NOT NULL`)).toEqual([{ reason: 'GONE' }]);
    expect(
      await steps.rows(
        'SELECT position FROM index_entry LEFT JOIN manifest ON digest = child_digest WHERE manifest.id IS NULL',
      ),
    ).toEqual([{ position: 0 }]);
    expect((await totalsOf(steps.catalog.pool, index)).platforms).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('asks again for a child that had gone, when it is pushed again', async () => {
    steps.put(REPOSITORY, 'v1', index);
    await steps.receive(pushOf(REPOSITORY, 'v1', index));
    await steps.settle();
    steps.registry.content.repositories.get(REPOSITORY)?.manifests.delete(one.digest);
    await steps.receive(deletionOf(REPOSITORY, { digest: one.digest }));
    await steps.settle();
    const held = () =>
      steps.rows<{ count: number }>('SELECT count(*)::int AS count FROM repository_manifest WHERE gone_at IS NULL');
    expect(await held()).toEqual([{ count: 4 }]);
    steps.put(REPOSITORY, 'v1', index);
    await steps.receive(pushOf(REPOSITORY, 'v1', index));
    await steps.settle();
    expect(await held()).toEqual([{ count: 5 }]);
  });

  it.each([
    ['the event names', index],
    ['only the tag points at', one],
  ])('that %s forgets no child although somebody else observes the tag in between', async (_, named) => {
    steps.put(REPOSITORY, 'v1', index);
    await steps.receive(pushOf(REPOSITORY, 'v1', named));
    let isFirst = true;
    const committer: typeof steps.tools.committer = {
      commit(found) {
        const { tag } = found.discovery;
        const discovery =
          isFirst && tag !== null ? { ...found.discovery, tag: { ...tag, version: 7 } } : found.discovery;
        isFirst = false;
        return steps.tools.committer.commit({ ...found, discovery });
      },
    };
    await steps.round({ ...steps.tools, committer });
    await steps.settle();
    expect(await tags()).toEqual([{ name: 'v1', digest: index.digest }]);
    expect(await steps.rows('SELECT count(*)::int AS count FROM manifest')).toEqual([
      { count: manifestsOf(index).length },
    ]);
  });
});
