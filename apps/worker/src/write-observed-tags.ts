import { writeTags, type Sighting, type Sql, type TagObservation } from '@strata/catalog';
import type { Discovery } from './discovery.js';
import { existing, type Fact, type Found, type Written } from './found.js';

/** Writes what the tags of some events were observed to point at; returns the events whose tag somebody else has observed since. */
export async function writeObservedTags(
  sql: Sql,
  facts: readonly Fact[],
  written: Written,
  sighting: Sighting,
): Promise<ReadonlySet<Found>> {
  const observations = new Map<TagObservation, Found>();
  for (const fact of facts) {
    if (fact.discovery.tag !== null)
      observations.set(observationOf(fact, fact.discovery.tag, targetOf(fact, written), sighting), fact.found);
  }
  const overtaken = await writeTags(sql, [...observations.keys()]);
  return new Set([...overtaken].map((observation) => existing(observations.get(observation))));
}

function observationOf(
  { event, discovery, repository }: Fact,
  tag: NonNullable<Discovery['tag']>,
  manifestId: bigint | null,
  { at, via }: Sighting,
): TagObservation {
  const isWhatTheEventSaid = tag.digest !== null && tag.digest === event.digest;
  return {
    repositoryId: repository.id,
    registryHost: repository.registryHost,
    repository: discovery.repository,
    tag: tag.name,
    version: tag.version,
    manifestId,
    observedAt: at,
    pushedAt: isWhatTheEventSaid ? plausible(event.sourceTime, at) : null,
    actor: isWhatTheEventSaid ? event.actor : null,
    via,
  };
}

const DAY_MS = 86_400_000;

/** A sender's time is a hint: one from the future, or older than any sender retries, is not taken. */
function plausible(time: Date | null, at: Date): Date | null {
  const ageMs = time === null ? -1 : at.getTime() - time.getTime();
  return ageMs >= 0 && ageMs < 7 * DAY_MS ? time : null;
}

/** The manifest that an event's tag was observed to point at; null for none. */
export function targetOf({ discovery: { tag, known } }: Fact, written: Written): bigint | null {
  if (tag === null || tag.digest === null) return null;
  return existing(written.get(tag.digest)?.id ?? known.get(tag.digest));
}
