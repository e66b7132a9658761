import {
  closePlacements,
  concludeEvents,
  deriveEvents,
  digestOfManifest,
  ensureRepository,
  inTransaction,
  lockHandOvers,
  placeManifests,
  readVocabulary,
  recordMissing,
  settleIndexes,
  writeManifests,
  type EventOutcome,
  type FactOrigin,
  type MissingManifest,
  type RepositoryRow,
  type Sighting,
  type Sql,
  type Vocabulary,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import { childrenOf, type Children } from './children-of.js';
import { existing, type Fact, type Found, type Written } from './found.js';
import type { Tools } from './tools.js';
import { targetOf, writeObservedTags } from './write-observed-tags.js';

/**
 * What became of one event's discovery: written, with the event's end; left because another hand-over has this event
 * now; or written but for the tag, which somebody else has observed since, so that the registry must be asked again.
 */
export type Verdict = 'written' | 'stale' | 'tag-overtaken';

/**
 * Writes what some events have found, and ends them or puts them back, in one commit: an effect and its completion
 * cannot be had without each other. All of them have one origin, `via`. Rows are locked in one order throughout (events, content, indexes, tags).
 */
export async function catalogDiscoveries(
  batch: readonly Found[],
  via: FactOrigin,
  { catalog, now }: Pick<Tools, 'catalog' | 'now'>,
): Promise<ReadonlyMap<Found, Verdict>> {
  const vocabulary = await readVocabulary(
    catalog,
    batch.flatMap(({ discovery }) => discovery.manifests),
  );
  const repositories = new Map<Found, RepositoryRow>();
  for (const found of batch.filter(hasContent)) {
    const { event, discovery } = found;
    repositories.set(found, await ensureRepository(catalog, event.sourceId, discovery.repository, now()));
  }
  return inTransaction(catalog, async (sql) => {
    const mine = await lockHandOvers(
      sql,
      batch.map(({ event }) => event),
    );
    const living = batch.filter(({ event }) => mine.has(event.id));
    const sighting = { at: now(), via };
    const facts = living
      .filter(hasContent)
      .map((found) => ({ ...found, found, repository: existing(repositories.get(found)) }));
    const written = await writeContent(sql, vocabulary, facts, sighting);
    const children = await childrenOf(
      sql,
      facts.map((fact) => broughtBy(fact, written)),
    );
    const childrenByFound = new Map([...children].map(([{ found }, its]) => [found, its]));
    await settleIndexes(
      sql,
      [...written.values()].filter(({ isNew }) => isNew).map(({ id }) => id),
      facts.map((fact) => targetOf(fact, written)).filter((id) => id !== null),
      living.map(childOf).filter((digest) => digest !== null),
    );
    const overtaken = await writeObservedTags(sql, facts, written, sighting);
    await conclude(sql, living, childrenByFound, overtaken);
    return new Map(batch.map((found) => [found, verdictOn(found, mine, overtaken)]));
  });
}

/** Whether there is anything to write but the end of the event, so that its repository must have a row. */
function hasContent({ discovery: { manifests, tag, placed, gone } }: Found): boolean {
  return manifests.length > 0 || tag !== null || placed !== null || gone !== null;
}

function verdictOn(found: Found, mine: ReadonlySet<bigint>, overtaken: ReadonlySet<Found>): Verdict {
  if (!mine.has(found.event.id)) return 'stale';
  return overtaken.has(found) ? 'tag-overtaken' : 'written';
}

async function writeContent(
  sql: Sql,
  vocabulary: Vocabulary,
  facts: readonly Fact[],
  sighting: Sighting,
): Promise<Written> {
  const written = await writeManifests(
    sql,
    vocabulary,
    sighting,
    facts.flatMap(({ discovery }) => discovery.manifests),
  );
  const placements = facts.flatMap(({ discovery, repository }) =>
    [
      ...discovery.manifests.map((manifest) => existing(written.get(digestOfManifest(manifest))).id),
      ...(discovery.placed === null ? [] : [existing(discovery.known.get(discovery.placed))]),
    ].map((manifestId) => ({ repositoryId: repository.id, manifestId })),
  );
  await placeManifests(sql, sighting, placements);
  const gone = facts.flatMap(({ discovery, repository }) =>
    discovery.gone === null ? [] : [{ repositoryId: repository.id, ...discovery.gone }],
  );
  await closePlacements(sql, gone, sighting.at);
  return written;
}

/** The manifests that were fetched, and the one that a push is about: a push of an index that was known asks for its children again. */
function broughtBy({ event, found, discovery, repository }: Fact, written: Written) {
  const about = event.work === 'manifest' && event.digest !== null ? discovery.known.get(event.digest) : undefined;
  const fetched = discovery.manifests.map((manifest) => existing(written.get(digestOfManifest(manifest))).id);
  const placements = (about === undefined ? fetched : [about, ...fetched]).map((manifestId) => ({
    repositoryId: repository.id,
    manifestId,
  }));
  return { event, found, repository: discovery.repository, placements };
}

/** A child, new or not, held here or not, is settled again: its index may have been written while it was on its way. */
function childOf({ event }: Found): Digest | null {
  return event.work === 'manifest' && event.depth > 0 ? event.digest : null;
}

/** What an index lists, and the registry has not had at any of the looks. */
function missingChildOf(found: Found): MissingManifest | null {
  const { outcome, repository } = found.discovery;
  const digest = childOf(found);
  const isMissing = outcome.kind === 'end' && outcome.end.reason === 'GONE';
  return isMissing && digest !== null ? { sourceId: found.event.sourceId, repository, digest } : null;
}

/** Children belong to the commit of their index, even where its event has to look at the tag again. */
async function conclude(
  sql: Sql,
  living: readonly Found[],
  childrenByFound: ReadonlyMap<Found, Children>,
  overtaken: ReadonlySet<Found>,
): Promise<void> {
  const concluded = living.filter((found) => !overtaken.has(found));
  const children = living.flatMap((found) =>
    (childrenByFound.get(found)?.children ?? []).map((work) => ({ cause: found.event, work })),
  );
  const derived = concluded.flatMap(({ event, discovery }) =>
    discovery.derived.map((work) => ({ cause: event, work })),
  );
  await deriveEvents(sql, [...children, ...derived]);
  await recordMissing(
    sql,
    concluded.map(missingChildOf).filter((missing) => missing !== null),
  );
  await concludeEvents(
    sql,
    concluded.map((found) => ({ event: found.event, outcome: outcomeOf(found, childrenByFound.get(found)) })),
  );
}

function outcomeOf({ discovery }: Found, children: Children | undefined): EventOutcome {
  const excess = children?.excess ?? null;
  return excess === null ? discovery.outcome : { kind: 'end', end: excess };
}
