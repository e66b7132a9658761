import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ArtifactKind, FindingKind } from '../stored-words.js';
import type { AskedFacts } from './asked-facts.js';
import { readFacts, readTags, type ReadFacts, type TagRow, type Texts } from './read-facts.js';

/** What filters can ask of one tag, as it is now; of a field that nobody asks, nothing. */
export interface TagFacts extends TagRow {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly annotations: Texts;
  /** Of each image that it leads to and whose config is known. */
  readonly configs: readonly { readonly user: string; readonly labels: Texts }[];
  readonly layers: ReadonlySet<Digest>;
  /** Those that some filter asks. */
  readonly layerTypes: ReadonlySet<string>;
  /** Of everything that refers to it or to something in it; null for one without a type. */
  readonly referrers: readonly (string | null)[];
  readonly attestations: ReadonlySet<ArtifactKind>;
  readonly basesBehind: number;
  readonly findings: ReadonlySet<FindingKind>;
  /** The keys (`derivationKey`) of those asked that one of its images is derived from. */
  readonly derivedFrom: ReadonlySet<string>;
}

/**
 * Finds what these filters ask of these tags: those of them that point at something. A statement for each thing that is
 * asked, all on indexes from the tags downwards, so that it costs as much as there are tags and not as there is catalog.
 */
export async function findTagFacts(
  db: Sql,
  tagIds: readonly bigint[],
  asked: AskedFacts,
): Promise<readonly TagFacts[]> {
  const tags = await readTags(db, tagIds);
  const known = await readFacts(db, tags, asked);
  return tags.map((tag) => factsOf(tag, known));
}

function factsOf(tag: TagRow, known: ReadFacts): TagFacts {
  const parts = (known.below.get(tag.manifestId) ?? []).map(({ id }) => id);
  const all = <T>(rows: ReadonlyMap<bigint, readonly T[]>): readonly T[] => parts.flatMap((id) => rows.get(id) ?? []);
  const top = known.pointed.get(tag.manifestId);
  const besides = all(known.companions).filter(({ repositoryId }) => repositoryId === tag.repositoryId);
  const behind = all(known.builds).filter(({ repositoryId }) => repositoryId !== tag.repositoryId);
  return {
    ...tag,
    digest: top === undefined ? NO_DIGEST : digestFromBytes(top.digest),
    mediaType: top?.mediaType ?? '',
    annotations: top?.annotations ?? {},
    configs: all(known.configs).map(({ user, labels }) => ({ user, labels: labels ?? {} })),
    layers: new Set(all(known.layers).map(({ digest }) => digestFromBytes(digest))),
    layerTypes: new Set(all(known.layerTypes).map(({ type }) => type)),
    referrers: all(known.referrers).map(({ type }) => type),
    attestations: new Set([...all(known.speakers), ...besides].flatMap(({ kinds }) => kinds)),
    basesBehind: behind.reduce((most, { builds }) => Math.max(most, builds), 0),
    findings: new Set((known.findings.get(tag.tagId) ?? []).map(({ kind }) => kind)),
    derivedFrom: new Set(known.derived.filter((base) => parts.some((id) => base.images.has(id))).map(({ key }) => key)),
  };
}

/** Never compared: whoever asks for digests has them. */
const NO_DIGEST: Digest = digestFromBytes(Buffer.concat([Buffer.from([1]), Buffer.alloc(32)]));
