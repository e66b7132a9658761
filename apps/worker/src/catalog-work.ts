import {
  deferEvent,
  deriveEvents,
  endEvent,
  ensureRepository,
  inTransaction,
  readVocabulary,
  settleIndexes,
  writeManifests,
  writeTag,
  digestOfManifest,
  type ClaimedEvent,
  type DerivedWork,
  type EventDelay,
  type EventEnd,
  type ManifestToWrite,
  type RepositoryRow,
  type Sql,
} from '@strata/catalog';
import type { Digest } from '@strata/oci';
import { childrenOf } from './children-of.js';
import type { Tools } from './tools.js';

/** What a tag was observed to point at, and the version of its row when the registry was asked. */
export interface ObservedTagVersion {
  readonly name: string;
  readonly version: number;
  /** Null: the registry has no such tag. */
  readonly digest: Digest | null;
}

/** Everything one event has brought to light; nothing of it is written yet. */
export interface Findings {
  readonly repository: string;
  readonly manifests: readonly ManifestToWrite[];
  /** Manifests that the catalog knew in this repository already, and that take part. */
  readonly known: ReadonlyMap<Digest, bigint>;
  readonly tag: ObservedTagVersion | null;
  readonly derived: readonly DerivedWork[];
  readonly outcome: { readonly kind: 'end'; readonly end: EventEnd } | { readonly kind: 'again'; readonly delay: EventDelay };
}

/**
 * Writes what was found and ends the event, or puts it back, in one commit: the effect and the completion cannot be
 * had without each other. Throws `TagOvertakenError` (ask the registry again) or `StaleHandOverError` (somebody
 * else has this event now); nothing is written then.
 */
export async function catalogFindings(event: ClaimedEvent, findings: Findings, tools: Pick<Tools, 'catalog' | 'now'>): Promise<void> {
  const { catalog } = tools;
  const vocabulary = await readVocabulary(catalog, findings.manifests);
  const repository = await ensureRepository(catalog, event.sourceId, findings.repository);
  const at = tools.now();
  await inTransaction(catalog, async (sql) => {
    const written = await writeManifests(sql, vocabulary, { repositoryId: repository.id, at, via: 'event' }, findings.manifests);
    const ids = new Map([...findings.known, ...[...written].map(([digest, { id }]) => [digest, id] as const)]);
    const tagged = findings.tag?.digest ?? null;
    const target = tagged === null ? null : existing(ids.get(tagged));
    await settleIndexes(sql, [...ids.values()], target === null ? [] : [target]);
    await writeObservedTag(sql, event, findings, repository, target, at);
    const { children, excess } = await childrenOf(sql, event, repository.id, findings);
    await deriveEvents(sql, event, [...findings.derived, ...children]);
    await conclude(sql, event, findings.outcome, excess);
  });
}

async function writeObservedTag(
  sql: Sql,
  event: ClaimedEvent,
  { tag, repository }: Findings,
  { id, registryHost }: RepositoryRow,
  target: bigint | null,
  at: Date,
): Promise<void> {
  if (tag === null) return;
  const isWhatTheEventSaid = tag.digest !== null && tag.digest === event.digest;
  await writeTag(sql, {
    repositoryId: id,
    registryHost,
    repository,
    tag: tag.name,
    version: tag.version,
    manifestId: target,
    observedAt: at,
    pushedAt: isWhatTheEventSaid ? plausible(event.sourceTime, at) : null,
    actor: isWhatTheEventSaid ? event.actor : null,
    via: 'event',
  });
}

const DAY_MS = 86_400_000;

/** A sender's time is a hint: one from the future, or older than any sender retries, is not taken. */
function plausible(time: Date | null, at: Date): Date | null {
  const ageMs = time === null ? -1 : at.getTime() - time.getTime();
  return ageMs >= 0 && ageMs < 7 * DAY_MS ? time : null;
}

async function conclude(sql: Sql, event: ClaimedEvent, outcome: Findings['outcome'], excess: EventEnd | null): Promise<void> {
  if (excess !== null) return endEvent(sql, event, excess);
  return outcome.kind === 'end' ? endEvent(sql, event, outcome.end) : deferEvent(sql, event, outcome.delay);
}

function existing(id: bigint | undefined): bigint {
  if (id === undefined) throw new Error('a tag points at a manifest that was not catalogued with it');
  return id;
}

/** The manifests that an event brings, by digest, whether they were known or have just been fetched. */
export function digestsOf({ manifests, known }: Pick<Findings, 'manifests' | 'known'>): readonly Digest[] {
  return [...known.keys(), ...manifests.map(digestOfManifest)];
}
