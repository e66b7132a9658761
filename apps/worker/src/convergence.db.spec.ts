import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { claimCrawl, requestCrawl, returnExpiredEvents } from '@strata/catalog';
import { distinctBytes, totalsOf } from '@strata/catalog/testing';
import {
  anArtifact,
  anImage,
  anIndex,
  manifestsOf,
  type ImageFixture,
  type ManifestFixture,
} from '@strata/oci/testing';
import { walkOne, type CrawledSource } from './crawl/crawler.js';
import { deletionOf, pushOf } from './testing/some-events.js';
import { startSteps, type Steps } from './testing/start-steps.js';
import type { Tools } from './tools.js';

const WORKERS = 3;
const OPERATIONS = 60;
const REPOSITORIES = ['team/app', 'team/web', 'other/app'];
const TAGS = ['v1', 'v2', 'latest'];

let steps: Steps;
let workers: readonly Tools[];
beforeAll(async () => {
  steps = await startSteps({ leaseMs: 60_000 });
  workers = Array.from({ length: WORKERS }, () => steps.anotherWorker());
});
afterAll(() => steps.end());
beforeEach(async () => {
  announced.clear();
  await steps.rows('TRUNCATE crawl_run, crawl_absence');
  await steps.forget();
});

/** The manifests that a push has named, with their repositories. */
const announced = new Set<string>();

/** Choices that look random and are the same for a seed (a linear congruence is random enough to shuffle work). */
function choicesOf(seed: number) {
  let state = seed * 2_654_435_761;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    chance: (probability: number) => next() < probability,
    one<T>(of: readonly T[]): T {
      const chosen = of[Math.floor(next() * of.length)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
  };
}
type Choices = ReturnType<typeof choicesOf>;

/** Images with shared bases, indexes of them that say where they run and that do not, indexes of indexes, an artifact. */
function contentOf(seed: number): readonly ManifestFixture[] {
  const base = anImage({ seed: `base ${seed}` });
  const images = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'].map((platform) =>
    anImage({ seed: `app ${seed}`, base, platform }),
  );
  const silent = images.map((manifest) => ({ manifest, platform: null }));
  const plain = anIndex({ entries: images.slice(0, 2), attestations: 'classic' });
  const wordless = anIndex({ entries: silent });
  const nested = anIndex({ entries: [plain, ...silent.slice(2)] });
  const deep = anIndex({ entries: [nested, base] });
  return [base, ...images, plain, wordless, nested, deep, anArtifact({ seed: String(seed), subject: base })];
}

/** Does one thing to the registry and announces it, sometimes twice. */
async function operate(content: readonly ManifestFixture[], choices: Choices): Promise<void> {
  const repository = choices.one(REPOSITORIES);
  const tag = choices.one(TAGS);
  const manifest = choices.one(content);
  const events = [];
  if (choices.chance(0.75)) {
    if (choices.chance(0.4)) events.push(...manifestsOf(manifest).map((child) => pushOf(repository, null, child)));
    events.push(pushOf(repository, tag, manifest));
    steps.put(repository, tag, manifest);
    for (const { digest } of events) announced.add(`${repository}@${digest}`);
  } else {
    const held = steps.registry.content.repositories.get(repository);
    if (choices.chance(0.5)) {
      held?.tags.delete(tag);
      events.push(deletionOf(repository, { tag }));
    } else {
      held?.manifests.delete(manifest.digest);
      events.push(deletionOf(repository, { digest: manifest.digest }));
      for (const [name, digest] of held?.tags ?? []) {
        if (digest !== manifest.digest) continue;
        held?.tags.delete(name);
        events.push(deletionOf(repository, { tag: name })); // as Distribution does
      }
    }
  }
  await steps.receive(...events, ...(choices.chance(0.2) ? events : []));
}

/** A worker that may die right before or right after it has committed something. */
function mortal(tools: Tools, choices: Choices): Tools {
  return {
    ...tools,
    committer: {
      async commit(found) {
        const fate = choices.chance(0.9) ? 'lives' : choices.one(['dies before', 'dies after'] as const);
        if (fate === 'dies before') throw new Error('died');
        const verdict = await tools.committer.commit(found);
        if (fate === 'dies after') throw new Error('died');
        return verdict;
      },
    },
  };
}

/** Changes the rows of the inbox that nobody is writing right now. */
const change = (assignments: string, condition: string) =>
  steps.rows(
    `UPDATE inbox SET ${assignments} WHERE id IN (SELECT id FROM inbox WHERE ${condition} ORDER BY id FOR UPDATE SKIP LOCKED)`,
  );

/** Lets leases run out, also of events that are being worked on. */
async function loseLeases(condition: string): Promise<void> {
  await change(`lease_until = now() - interval '1 s', starts = 0`, `state = 'queued' AND ${condition}`);
  await returnExpiredEvents(steps.catalog);
}

async function workOn(tools: Tools): Promise<void> {
  await change('next_at = now()', `state = 'new'`);
  await steps.round(tools).catch((error: unknown) => {
    const deaths: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    if (!deaths.every((death) => death instanceof Error && death.message === 'died')) throw error;
  });
}

const CRAWLED: CrawledSource = {
  ...{ source: 'one', fullEveryMs: null, sampleEveryMs: null, dirtyEveryMs: null },
  ...{ concurrency: 4, repositories: [], manifestBudget: 100 },
};

/** Walks everything, or a sample, while others work; stopped early, the next worker goes on from there. */
async function crawl(tools: Tools, isSample: boolean, stopAfterMs: number): Promise<void> {
  const now = tools.now();
  await requestCrawl(steps.catalog.pool, {
    source: 'one',
    repository: null,
    sample: isSample,
    trigger: 'request',
    now,
  });
  const held = await claimCrawl(steps.catalog, { sources: ['one'], leaseMs: 60_000, now });
  if (held === null) return; // another walks
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error('stopped')), stopAfterMs);
  const shared = { ...tools, stopping: stop.signal };
  await walkOne(held, { tools: shared, sources: [CRAWLED], onStep: () => undefined }, shared);
  clearTimeout(timer);
}

/** Whatever crawls were stopped are walked to their end, while everybody works. */
async function finishCrawls(tools: Tools): Promise<void> {
  let isWalking = true;
  const walking = (async () => {
    for (;;) {
      const held = await claimCrawl(steps.catalog, { sources: ['one'], leaseMs: 60_000, now: tools.now() });
      if (held === null) return;
      await walkOne(held, { tools, sources: [CRAWLED], onStep: () => undefined }, tools);
    }
  })().finally(() => (isWalking = false));
  while (isWalking) await finish();
  await walking;
}

/** Everybody works at once until nothing is left to do. */
async function finish(): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await loseLeases('true');
    await Promise.all(workers.map(workOn));
    const [left] = await steps.rows<{ count: number }>(
      `SELECT count(*)::int FROM inbox WHERE state IN ('new', 'queued')`,
    );
    if (left?.count === 0) return;
  }
  throw new Error('there is no end to it');
}

const HEX = (column: string) => `'sha256:' || encode(substr(${column}, 2), 'hex')`;

async function compareTags(): Promise<void> {
  const ours = await steps.rows<{ tag: string; digest: string }>(
    `SELECT repository.name || ':' || tag.name AS tag, ${HEX('digest')} AS digest
       FROM tag JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id`,
  );
  const theirs = [...steps.registry.content.repositories].flatMap(([name, { tags }]) =>
    [...tags].map(([tag, digest]) => [`${name}:${tag}`, digest] as const),
  );
  expect(new Map(ours.map(({ tag, digest }) => [tag, digest]))).toEqual(new Map(theirs));
}

/** What can be found from the manifests that events named; a registry may hold more that nobody ever told us of. */
function reachable(repository: string, content: readonly ManifestFixture[]): readonly string[] {
  const held = steps.registry.content.repositories.get(repository)?.manifests ?? new Map<string, unknown>();
  const reach = (manifest: ManifestFixture): readonly string[] => {
    if (!held.has(manifest.digest)) return [];
    return [manifest.digest, ...(manifest.kind === 'index' ? manifest.children.flatMap(reach) : [])];
  };
  return [...new Set(content.filter(({ digest }) => announced.has(`${repository}@${digest}`)).flatMap(reach))];
}

async function comparePlacements(content: readonly ManifestFixture[]): Promise<void> {
  const rows = await steps.rows<{ name: string; digests: string[] }>(
    `SELECT repository.name, array_agg(${HEX('digest')} ORDER BY digest) AS digests
       FROM repository_manifest JOIN repository ON repository.id = repository_id JOIN manifest ON manifest.id = manifest_id
      WHERE gone_at IS NULL GROUP BY 1`,
  );
  const ours = new Map(rows.map(({ name, digests }) => [name, digests]));
  for (const [name, { manifests }] of steps.registry.content.repositories) {
    const held = ours.get(name) ?? [];
    expect(held.filter((digest) => !manifests.has(digest))).toEqual([]);
    expect(reachable(name, content).filter((digest) => !held.includes(digest))).toEqual([]);
  }
}

/** The images that a client could be given, as far as we have seen them, and the platforms that they are for. */
function expectedOf(
  fixture: ManifestFixture,
  seen: ReadonlySet<string>,
): { images: ImageFixture[]; platforms: string[] } {
  if (fixture.kind === 'image') return { images: [fixture], platforms: [fixture.platform] };
  const parts = (fixture.kind === 'index' ? fixture.children : [])
    .filter(({ digest }) => seen.has(digest))
    .map((child) => expectedOf(child, seen));
  return { images: parts.flatMap(({ images }) => images), platforms: parts.flatMap(({ platforms }) => platforms) };
}

async function compareIndexes(content: readonly ManifestFixture[]): Promise<void> {
  const rows = await steps.rows<{ digest: string }>(`SELECT ${HEX('digest')} AS digest FROM manifest`);
  const seen = new Set(rows.map(({ digest }) => digest));
  for (const index of content.filter(({ kind, digest }) => kind === 'index' && seen.has(digest))) {
    const { images, platforms } = expectedOf(index, seen);
    const named = index.kind === 'index' && content.indexOf(index) === 4 ? ['linux/amd64', 'linux/arm64'] : [];
    expect(await totalsOf(steps.catalog.pool, index)).toEqual({
      platforms: [...new Set([...platforms, ...named])].sort(),
      totalBytes: distinctBytes(...images),
    });
  }
}

describe('whatever happens in whatever order, and although workers die,', () => {
  it.each([
    ...[1, 2, 3, 4, 5, 6].map((seed) => [seed, false] as const),
    ...[7, 8, 9, 10].map((seed) => [seed, true] as const),
  ])(
    'the catalog ends as the registry is (seed %i, crawls among it: %s)',
    async (seed, withCrawls) => {
      const choices = choicesOf(seed);
      const content = contentOf(seed);
      for (let left = OPERATIONS; left > 0; left -= 1) {
        await operate(content, choices);
        if (choices.chance(0.4))
          await Promise.all([
            ...workers.map((tools) => workOn(mortal(tools, choices))),
            loseLeases('id % 3 = 0'),
            ...(withCrawls ? [crawl(steps.tools, choices.chance(0.3), 20 + (left % 5) * 40)] : []),
          ]);
      }
      await finish();
      if (withCrawls) await finishCrawls(steps.tools);
      expect(await steps.rows(`SELECT work, reason, detail FROM inbox WHERE state <> 'done'`)).toEqual([]);
      await compareTags();
      await comparePlacements(content);
      await compareIndexes(content);
      expect(
        await steps.rows(
          `SELECT tag.name FROM tag LEFT JOIN manifest ON manifest.id = manifest_id
            WHERE (tag.platform_set_id, tag.total_bytes, tag.format) IS DISTINCT FROM (manifest.platform_set_id, manifest.total_bytes, manifest.format)
               OR (SELECT count(*) FROM tag_interval WHERE tag_id = tag.id AND to_at IS NULL AND tag_interval.manifest_id = tag.manifest_id)
                  <> CASE WHEN tag.manifest_id IS NULL THEN 0 ELSE 1 END`,
        ),
      ).toEqual([]);
    },
    60_000,
  );
});
