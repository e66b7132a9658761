import {
  addCrawlWork,
  addHeldCrawlWork,
  advanceCrawl,
  confirmTags,
  ensureRepository,
  findRepositoryRow,
  inTransaction,
  readHeldManifests,
  readKnownTags,
  recordAbsences,
  settleIndexes,
  writeTags,
  type CrawlAbsence,
  type CrawlWork,
  type HeldManifest,
  type KnownTag,
  type RepositoryRow,
  type Sql,
  type TagObservation,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import { handleEvents } from '../handle-events.js';
import type { Asked } from './ask-patiently.js';
import type { Walk } from './crawl-tools.js';
import type { Cursor } from './cursor.js';
import type { NamedTag } from './list-lots.js';
import { mapBounded } from './map-bounded.js';

/** One tag: what the catalog has, what the registry says. */
interface Compared extends NamedTag {
  readonly row: RepositoryRow | null;
  readonly known: KnownTag;
  /** Null: the registry has no such tag. */
  readonly digest: Digest | null;
}

/** A tag that is, at the registry, not what it is here. */
type Differing = Compared & { readonly digest: Digest };

/** What a lot of tags was found to be; nothing of it is written yet. */
export interface Comparison {
  readonly compared: readonly Compared[];
  /** Tags that the registry gave no answer for. */
  readonly unanswered: number;
}

/**
 * Writes what one lot of tags was found to be, together with the place where the crawl goes on; what the catalog lacks
 * comes in through the steps of any event before. A tag whose row was written since it was compared is observed anew
 * (compare-and-set, like every observation).
 */
export async function writeCompared(
  walk: Walk,
  { compared, unanswered }: Comparison,
  { next, ahead }: { readonly next: (unanswered: number) => Cursor; readonly ahead: number },
): Promise<void> {
  const differing = compared.filter(isDifferent);
  await bringIn(walk, differing);
  const held = await heldBy(walk, differing);
  const { crawl, tools } = walk;
  const at = tools.now();
  const movable = differing.flatMap((one) => {
    const manifest = held.get(keyOf(one));
    return manifest === undefined ? [] : [{ one, manifest }];
  });
  const observations = await Promise.all(movable.map(({ one, manifest }) => observationOf(walk, one, manifest.id, at)));
  const missing = differing.filter((one) => !held.has(keyOf(one)));
  const repaired = differing.filter((one) => isNews(one, held)).length;
  const same = compared.filter((one) => one.digest !== null && !isDifferent(one));
  await inTransaction(tools.catalog, async (sql) => {
    await advanceCrawl(sql, crawl, {
      cursor: next(unanswered),
      seen: compared.length,
      repaired,
      removed: 0,
      expected: walk.tally().seen + compared.length + ahead,
    });
    const overtaken = await move(sql, observations);
    await addCrawlWork(sql, crawl, [...missing, ...overtaken].map(observe));
    await confirmTags(sql, same.flatMap(confirmationOf), at);
    await recordAbsences(sql, crawl, compared.flatMap(absenceOf));
  });
  walk.count({ seen: compared.length, repaired, removed: 0 });
}

/** Asks what each tag of a lot points at, after what the catalog has of it was read. */
export async function compareTags(
  { crawl, tools, registry, ask, concurrency }: Walk,
  tags: readonly NamedTag[],
): Promise<Comparison> {
  const rows = new Map<string, RepositoryRow | null>();
  for (const repository of new Set(tags.map((one) => one.repository))) {
    rows.set(repository, await findRepositoryRow(tools.catalog, crawl.sourceId, repository));
  }
  const placed = tags.map((one) => ({ ...one, row: rows.get(one.repository) ?? null }));
  const known = await readKnownTags(
    tools.catalog.pool,
    placed.map(({ row, tag }) => ({ repositoryId: row?.id ?? 0n, tag })),
  );
  const asked = await mapBounded(placed, concurrency, ({ repository, tag }) =>
    ask(() => registry.observeTag(repository, tag, tools.stopping)),
  );
  const compared = placed.flatMap((one, index) => answered(one, known[index], asked[index]));
  return { compared, unanswered: tags.length - compared.length };
}

function answered(
  one: NamedTag & Pick<Compared, 'row'>,
  known: KnownTag | undefined,
  asked: Asked<{ readonly digest: Digest } | null> | undefined,
): readonly Compared[] {
  if (known === undefined || asked === undefined) throw new Error('a tag was asked for and has no answer');
  return asked.kind === 'refusal' ? [] : [{ ...one, known, digest: asked.value?.digest ?? null }];
}

function isDifferent(one: Compared): one is Differing {
  const { digest, known } = one;
  return digest !== null && !(known.target?.digest === digest && known.target.isWhole);
}

/** Brings in what the repositories are not known to hold; each manifest is fetched once, however many tags and repositories have it. */
async function bringIn({ crawl, tools }: Walk, differing: readonly Differing[]): Promise<void> {
  const wanted = [...new Map(differing.map((one) => [keyOf(one), one])).values()];
  const held = await readHeld(tools.catalog.pool, wanted);
  const lacking = wanted.filter((_, index) => held[index]?.isWhole !== true);
  const firsts = new Set(new Map(lacking.map((one) => [one.digest, one])).values());
  for (const those of [[...firsts], lacking.filter((one) => !firsts.has(one))]) {
    const work = those.map(({ repository, digest }): CrawlWork => ({
      work: 'manifest',
      repository,
      tag: null,
      digest,
    }));
    await handleEvents(await addHeldCrawlWork(tools.catalog.pool, crawl, work, tools.leases.leaseMs), tools);
  }
}

async function heldBy(
  { crawl, tools }: Walk,
  differing: readonly Differing[],
): Promise<ReadonlyMap<string, HeldManifest>> {
  const rows = await Promise.all(
    differing.map(async (one) => ({
      ...one,
      row: one.row ?? (await findRepositoryRow(tools.catalog, crawl.sourceId, one.repository)),
    })),
  );
  const held = await readHeld(tools.catalog.pool, rows);
  return new Map(
    rows.flatMap((one, index) => {
      const manifest = held[index] ?? null;
      return manifest === null ? [] : [[keyOf(one), manifest] as const];
    }),
  );
}

function readHeld(sql: Sql, wanted: readonly Differing[]): Promise<readonly (HeldManifest | null)[]> {
  return readHeldManifests(
    sql,
    wanted.map(({ row, digest }) => ({ repositoryId: row?.id ?? 0n, digest })),
  );
}

async function observationOf(
  { crawl, tools }: Walk,
  { repository, tag, known }: Differing,
  manifestId: bigint,
  observedAt: Date,
): Promise<TagObservation> {
  const row = await ensureRepository(tools.catalog, crawl.sourceId, repository, observedAt);
  return {
    repositoryId: row.id,
    registryHost: row.registryHost,
    ...{ repository, tag, manifestId, observedAt },
    version: known.version,
    pushedAt: null,
    actor: null,
    via: 'crawl',
  };
}

/** Returns the tags that somebody has observed in between: what he saw may be older, so they are looked at again. */
async function move(
  sql: Sql,
  observations: readonly TagObservation[],
): Promise<readonly Pick<Compared, 'repository' | 'tag' | 'digest'>[]> {
  if (observations.length === 0) return [];
  const targets = observations.flatMap(({ manifestId }) => (manifestId === null ? [] : [manifestId]));
  await settleIndexes(sql, [], targets, []);
  const overtaken = await writeTags(sql, observations);
  return [...overtaken].map(({ repository, tag }) => ({ repository, tag, digest: null }));
}

function observe({ repository, tag, digest }: Pick<Compared, 'repository' | 'tag' | 'digest'>): CrawlWork {
  return { work: 'tag', repository, tag, digest };
}

/** An image that still lacks its config, and nothing else, is no repair. */
function isNews(one: Differing, held: ReadonlyMap<string, HeldManifest>): boolean {
  return one.known.target?.digest !== one.digest || held.get(keyOf(one))?.isWhole === true;
}

function confirmationOf({ row, tag, known }: Compared) {
  return row === null || known.target === null
    ? []
    : [{ repositoryId: row.id, tag, version: known.version, manifestId: known.target.id }];
}

function absenceOf({ row, tag, known, digest }: Compared): readonly CrawlAbsence[] {
  return digest !== null || row === null || !known.isLive ? [] : [{ repositoryId: row.id, reference: tag }];
}

function keyOf({ repository, digest }: Pick<Differing, 'repository' | 'digest'>): string {
  return `${repository}@${digest}`;
}
