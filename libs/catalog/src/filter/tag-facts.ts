import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { ArtifactKind, FindingKind, ManifestFormat } from '../stored-words.js';
import { imagesDerivedFrom } from './derived-from.js';
import { sql, toQuery } from './sql.js';
import {
  BASES,
  BUILDS,
  COMPANIONS,
  CONFIGS,
  FINDINGS,
  LAYERS,
  LAYER_TYPES,
  POINTED,
  REACHED,
  REFERRERS,
  SPEAKERS,
  TAGS,
  type Statement,
} from './tag-facts-statements.js';
import type { TagFilter } from './tag-filter.js';
import type { TextFilter } from './text-filter.js';
import { textMatcher } from './text-matcher.js';

/** What filters can ask of one tag, as it is now; of a field that nobody asks, nothing. */
export interface TagFacts {
  readonly tagId: bigint;
  readonly repositoryId: bigint;
  readonly manifestId: bigint;
  readonly registry: string;
  readonly repository: string;
  readonly name: string;
  readonly platformSetId: number;
  readonly format: ManifestFormat;
  readonly totalBytes: bigint;
  readonly pushedAt: Date;
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

type Texts = Readonly<Record<string, string>>;

/** Names what a filter asks to be derived from. */
export function derivationKey({ derivedFrom, derivedAsOf }: TagFilter): string {
  return `${derivedFrom ?? ''} ${derivedAsOf?.toISOString() ?? ''}`;
}

/** What some filters ask: every field of theirs, and each layer and base by name. */
export interface AskedFacts {
  readonly fields: ReadonlySet<string>;
  readonly layers: readonly Digest[];
  readonly layerTypes: readonly TextFilter[];
  readonly bases: readonly TagFilter[];
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
  const tags = await read<TagRow>(db, TAGS, [tagIds]);
  const known = await readKnown(db, tags, asked);
  return tags.map((tag) => factsOf(tag, known));
}

type Known = Awaited<ReturnType<typeof readKnown>>;

/** What the statements say, by the ids of manifests. */
async function readKnown(db: Sql, tags: readonly TagRow[], asked: AskedFacts) {
  const tops = [...new Set(tags.map(({ manifestId }) => manifestId))];
  const isAsked = (...fields: readonly string[]): boolean => fields.some((field) => asked.fields.has(field));
  const reached = isAsked(...BELOW) ? await read<{ root: bigint; id: bigint }>(db, REACHED, [tops]) : [];
  const ids = [...new Set(reached.map(({ id }) => id))];
  const of = async <T extends object>(fields: readonly string[], statement: Statement, values: unknown[]) =>
    isAsked(...fields) ? read<T>(db, statement, values) : [];
  const pointed = await of<TopRow>(['digest', 'mediaType', 'annotations'], POINTED, [tops]);
  const configs = await of<ConfigRow>(['user', 'labels'], CONFIGS, [ids]);
  const layers = await of<{ id: bigint; digest: Buffer }>(['layer'], LAYERS, [ids, asked.layers.map(digestToBytes)]);
  const layerTypes = await findLayerTypes(db, ids, asked.layerTypes);
  const referrers = await of<{ id: bigint; type: string | null }>(['referrer'], REFERRERS, [ids]);
  const speakers = await of<KindsRow>(['attestation'], SPEAKERS, [ids]);
  const pairs = isAsked('attestation') ? placesOf(tags, reached) : [];
  const companions = await of<KindsRow & Placed>(['attestation'], COMPANIONS, columnsOf(pairs));
  const builds = isAsked('basesBehind') ? await findBuilds(db, ids) : [];
  const findings = await of<FindingRow>(['finding'], FINDINGS, [
    tags.map(({ tagId }) => tagId),
    tags.map(({ repositoryId }) => repositoryId),
    tags.map(({ manifestId }) => manifestId),
  ]);
  const derived = await findDerived(db, ids, asked.bases);

  const below = Map.groupBy(reached, ({ root }) => root);
  return {
    below,
    derived,
    pointed: new Map(pointed.map((row) => [row.id, row])),
    configs: byId(configs),
    layers: byId(layers),
    layerTypes: byId(layerTypes),
    referrers: byId(referrers),
    speakers: byId(speakers),
    companions: byId(companions),
    builds: byId(builds),
    findings: Map.groupBy(findings, ({ tagId }) => tagId),
  };
}

function factsOf(tag: TagRow, known: Known): TagFacts {
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

interface Placed {
  readonly id: bigint;
  readonly repositoryId: bigint;
}

type TagRow = Pick<
  TagFacts,
  | 'tagId'
  | 'repositoryId'
  | 'manifestId'
  | 'registry'
  | 'repository'
  | 'name'
  | 'platformSetId'
  | 'format'
  | 'totalBytes'
  | 'pushedAt'
>;

interface TopRow {
  readonly id: bigint;
  readonly digest: Buffer;
  readonly mediaType: string;
  readonly annotations: Texts | null;
}

interface ConfigRow {
  readonly id: bigint;
  readonly user: string;
  readonly labels: Texts | null;
}

interface KindsRow {
  readonly id: bigint;
  readonly kinds: readonly ArtifactKind[];
}

interface FindingRow {
  readonly tagId: bigint;
  readonly kind: FindingKind;
}

/** Never compared: whoever asks for digests has them. */
const NO_DIGEST: Digest = digestFromBytes(Buffer.concat([Buffer.from([1]), Buffer.alloc(32)]));

/** The fields that ask about what is below a tag. */
const BELOW = ['layer', 'layerMediaType', 'derivedFrom', 'basesBehind', 'labels', 'user', 'referrer', 'attestation'];

async function read<T extends object>(db: Sql, { name, text }: Statement, values: unknown[]): Promise<readonly T[]> {
  return (await db.query<T>({ name, text, values })).rows;
}

/** Types are few and layers many: those that are asked are chosen first, and mostly there are none of them. */
async function findLayerTypes(
  db: Sql,
  ids: readonly bigint[],
  asked: readonly TextFilter[],
): Promise<readonly { readonly id: bigint; readonly type: string }[]> {
  if (asked.length === 0) return [];
  const matchers = asked.map(textMatcher);
  const types = await db.query<{ id: number; name: string }>('SELECT id, name FROM media_type');
  const meant = new Map(
    types.rows.filter(({ name }) => matchers.some((isMeant) => isMeant(name))).map(({ id, name }) => [id, name]),
  );
  if (meant.size === 0) return [];
  const { rows } = await db.query<{ id: bigint; typeId: number }>(LAYER_TYPES, [ids, [...meant.keys()]]);
  return rows.map(({ id, typeId }) => ({ id, type: meant.get(typeId) ?? '' }));
}

async function findDerived(db: Sql, ids: readonly bigint[], bases: readonly TagFilter[]) {
  const found = [];
  for (const base of new Map(bases.map((asked) => [derivationKey(asked), asked])).values()) {
    const statement = imagesDerivedFrom(base.derivedFrom ?? '', base.derivedAsOf ?? null, ids);
    const { rows } = await db.query<{ id: bigint }>(toQuery(sql`${statement}`));
    found.push({ key: derivationKey(base), images: new Set(rows.map(({ id }) => id)) });
  }
  return found;
}

/** Each base is looked at once, however many images are on it; there are few bases and many images. */
async function findBuilds(db: Sql, ids: readonly bigint[]): Promise<readonly (Placed & { readonly builds: number })[]> {
  const pairs = await read<{ id: bigint; base_id: bigint }>(db, BASES, [ids]);
  const bases = [...new Set(pairs.map((pair) => pair.base_id))];
  const moved = await read<{ base_id: bigint; repository_id: bigint; builds: bigint }>(db, BUILDS, [bases]);
  const byBase = Map.groupBy(moved, (row) => row.base_id);
  return pairs.flatMap(({ id, base_id }) =>
    (byBase.get(base_id) ?? []).map((row) => ({ id, repositoryId: row.repository_id, builds: Number(row.builds) })),
  );
}

/** Every manifest below a tag, with the tag's repository; each pair once. */
function placesOf(tags: readonly TagRow[], reached: readonly { root: bigint; id: bigint }[]): readonly Placed[] {
  const below = Map.groupBy(reached, ({ root }) => root);
  const pairs = tags.flatMap(({ repositoryId, manifestId }) =>
    (below.get(manifestId) ?? []).map(({ id }) => ({ id, repositoryId })),
  );
  return [...new Map(pairs.map((pair) => [`${pair.repositoryId} ${pair.id}`, pair])).values()];
}

function columnsOf(pairs: readonly Placed[]): unknown[] {
  return [pairs.map(({ repositoryId }) => repositoryId), pairs.map(({ id }) => id)];
}

function byId<T extends { readonly id: bigint }>(rows: readonly T[]): ReadonlyMap<bigint, readonly T[]> {
  return Map.groupBy(rows, ({ id }) => id);
}
