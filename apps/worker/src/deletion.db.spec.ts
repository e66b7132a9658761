import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anImage } from '@strata/oci/testing';
import type { Misbehaviour } from '@strata/registry-client/testing';
import { deletionOf, pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';
import type { Tools } from './tools.js';

let steps: Steps;
beforeAll(async () => void (steps = await startSteps({ idleTimeoutMs: 200 })));
afterAll(() => steps.end());
beforeEach(async () => {
  await steps.forget();
  for (const tag of ['v1', 'v2']) {
    steps.put(REPOSITORY, tag, image);
    await steps.receive(pushOf(REPOSITORY, tag, image));
  }
  await steps.settle();
  await steps.rows('TRUNCATE inbox');
});

const REPOSITORY = 'team/app';
const image = anImage();

/** How much of it is left: live tags, manifests held. */
const left = async () =>
  (
    await steps.rows<{ tags: number; manifests: number }>(
      `SELECT (SELECT count(*) FROM tag WHERE manifest_id IS NOT NULL)::int AS tags,
              (SELECT count(*) FROM repository_manifest WHERE gone_at IS NULL)::int AS manifests`,
    )
  )[0];
const emptyTheRegistry = () => {
  const repository = steps.registry.content.repositories.get(REPOSITORY);
  repository?.manifests.clear();
  repository?.tags.clear();
};

const shapes = [
  ['a digest', { digest: image.digest }, { tags: 0, manifests: 0 }],
  ['a tag', { tag: 'v1' }, { tags: 1, manifests: 1 }],
  ['a repository', null, { tags: 0, manifests: 0 }],
] as const;

describe.each(shapes)('a delete of %s', (_, what, expected) => {
  it('is believed when the registry says so itself', async () => {
    if (what !== null && 'tag' in what) steps.registry.content.repositories.get(REPOSITORY)?.tags.delete(what.tag);
    else emptyTheRegistry();
    await steps.receive(deletionOf(REPOSITORY, what));
    await steps.settle();
    expect(await left()).toEqual(expected);
    expect(await steps.rows(`SELECT FROM inbox WHERE state <> 'done'`)).toEqual([]);
    expect(await steps.rows('SELECT count(*)::int AS closed FROM tag_interval WHERE to_at IS NOT NULL')).toEqual([
      { closed: 2 - expected.tags },
    ]);
  });

  it('is not believed when the registry still has it', async () => {
    await steps.receive(deletionOf(REPOSITORY, what));
    await steps.settle();
    expect(await left()).toEqual({ tags: 2, manifests: 1 });
    expect(await steps.rows(`SELECT FROM inbox WHERE state <> 'done'`)).toEqual([]);
  });

  const html = {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>login</html>',
  } as const;
  const answers: readonly (readonly [string, Misbehaviour])[] = [
    ...[401, 403, 408, 425, 429, 451, 500, 502, 503, 504].map(
      (status) => [`${status}`, { kind: 'answer', status, body: '{}' }] as const,
    ),
    [
      '404 of a proxy',
      { kind: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<html>404</html>' },
    ],
    ['404 without a word', { kind: 'answer', status: 404 }],
    ['404 for a reason of its own', { kind: 'answer', status: 404, body: '{"errors":[{"code":"DENIED"}]}' }],
    ['200 with a web page', html],
    ['200 with nothing', { kind: 'answer', status: 200 }],
    ['200 with an error', { kind: 'answer', status: 200, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' }],
    ['redirect to a login', { kind: 'answer', status: 302, headers: { location: 'https://login.example/' } }],
    ['reset', { kind: 'reset' }],
    ['silence', { kind: 'silence' }],
    ['half an answer', { kind: 'cut', promisedBytes: 400, body: '{"errors":[{"code":"MANIFEST_UN' }],
  ];
  it.each(answers)('is not believed on a %s', async (_name, answer) => {
    emptyTheRegistry();
    steps.registry.misbehave({}, answer);
    await steps.receive(deletionOf(REPOSITORY, what));
    for (let round = 0; round < 2; round += 1) {
      await steps.round();
      await steps.rows(`UPDATE inbox SET next_at = now() WHERE state = 'new'`);
      await steps.rows('UPDATE source SET paused_until = NULL');
    }
    expect(await left()).toEqual({ tags: 2, manifests: 1 });
    expect(await steps.rows(`SELECT FROM inbox WHERE state IN ('new', 'quarantined')`)).not.toEqual([]);
  });
});

describe('what is deleted', () => {
  it('by digest takes along the tags that pointed at it, although no event names them', async () => {
    emptyTheRegistry();
    await steps.receive(deletionOf(REPOSITORY, { digest: image.digest }));
    await steps.settle();
    expect(await left()).toEqual({ tags: 0, manifests: 0 });
  });

  it('and was never seen is done', async () => {
    await steps.receive(
      deletionOf('never/seen', { tag: 'x' }),
      deletionOf('never/seen', { digest: image.digest }),
      deletionOf('never/seen', null),
    );
    await steps.settle();
    expect(await steps.rows(`SELECT FROM inbox WHERE state <> 'done'`)).toEqual([]);
    expect(await left()).toEqual({ tags: 2, manifests: 1 });
  });

  it('and pushed again has a history of two intervals and is held again', async () => {
    emptyTheRegistry();
    await steps.receive(deletionOf(REPOSITORY, { digest: image.digest }));
    await steps.settle();
    steps.put(REPOSITORY, 'v1', image);
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    await steps.settle();
    expect(await left()).toEqual({ tags: 1, manifests: 1 });
    expect(
      await steps.rows(
        `SELECT to_at IS NULL AS open FROM tag_interval JOIN tag ON tag.id = tag_id WHERE name = 'v1' ORDER BY tag_interval.id`,
      ),
    ).toEqual([{ open: false }, { open: true }]);
  });

  /** The worker, in whose every commit something happens just before. */
  const withBefore = (before: (commit: number) => Promise<void>): Tools => {
    let commits = 0;
    return {
      ...steps.tools,
      committer: {
        async commit(found) {
          commits += 1;
          await before(commits);
          return steps.tools.committer.commit(found);
        },
      },
    };
  };
  const pushAgain = async () => {
    steps.put(REPOSITORY, 'v1', image);
    await steps.receive(pushOf(REPOSITORY, 'v1', image));
    await steps.round();
  };

  it.each([1, 2, 3])(
    'and pushed again between the answer and our commit is held in the end (commit %i)',
    async (commit) => {
      emptyTheRegistry();
      await steps.receive(deletionOf(REPOSITORY, { digest: image.digest }));
      const worker = withBefore(async (now) => (now === commit ? pushAgain() : undefined));
      for (let round = 0; round < 3; round += 1) {
        await steps.rows(`UPDATE inbox SET next_at = now() WHERE state = 'new' AND work = 'manifest_deletion'`);
        await steps.round(worker);
      }
      await steps.settle();
      expect(await left()).toEqual({ tags: 1, manifests: 1 });
    },
  );

  it('while somebody slower is about to write that it is there is gone in the end', async () => {
    await steps.rows('UPDATE repository_manifest SET gone_at = now()');
    await steps.receive(pushOf(REPOSITORY, null, image));
    await steps.round(
      withBefore(async () => {
        emptyTheRegistry();
        await steps.receive(deletionOf(REPOSITORY, { digest: image.digest }));
        await steps.round();
      }),
    );
    await steps.settle();
    expect(await left()).toEqual({ tags: 0, manifests: 0 });
  });
});
