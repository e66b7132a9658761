import { digestToBytes } from '../digest-bytes.js';
import { findMediaTypes } from '../dictionary/find-media-types.js';
import type { Sql } from '../open-catalog.js';
import type { ArtifactKind, FindingKind, ManifestFormat } from '../stored-words.js';
import { derivationKey, type AskedFacts } from './asked-facts.js';
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

/** What the rows of a tag itself say. */
export interface TagRow {
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
}

/** Texts by their keys; of labels and annotations, those that are asked. */
export type Texts = Readonly<Record<string, string>>;

/** Those of these tags that point at something. */
export function readTags(db: Sql, tagIds: readonly bigint[]): Promise<readonly TagRow[]> {
  return read<TagRow>(db, TAGS, [tagIds]);
}

/** What the statements about some tags say, by the ids of manifests. */
export type ReadFacts = Awaited<ReturnType<typeof readFacts>>;

/**
 * Asks what is asked of these tags. Statements that do not wait for each other are sent together: over a connection that
 * pipelines, they cost one round trip.
 */
export async function readFacts(db: Sql, tags: readonly TagRow[], asked: AskedFacts) {
  const [top, reached] = await Promise.all([readTop(db, tags, asked), readReached(db, tags, asked)]);
  return { ...top, ...(await readBelow(db, tags, reached, asked)) };
}

interface Reached {
  readonly root: bigint;
  readonly id: bigint;
}

interface Placed {
  readonly id: bigint;
  readonly repositoryId: bigint;
}

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

/** About the tags themselves, and what they point at. */
async function readTop(db: Sql, tags: readonly TagRow[], asked: AskedFacts) {
  const [pointed, findings] = await Promise.all([
    readIf<TopRow>(db, asked, ['digest', 'mediaType', 'annotations'], POINTED, () => [
      topsOf(tags),
      asked.annotationKeys,
    ]),
    readIf<FindingRow>(db, asked, ['finding'], FINDINGS, () => [
      tags.map(({ tagId }) => tagId),
      tags.map(({ repositoryId }) => repositoryId),
      tags.map(({ manifestId }) => manifestId),
    ]),
  ]);
  return {
    pointed: new Map(pointed.map((row) => [row.id, row])),
    findings: Map.groupBy(findings, ({ tagId }) => tagId),
  };
}

/** The fields that ask about what is below a tag. */
const BELOW = ['layer', 'layerMediaType', 'derivedFrom', 'basesBehind', 'labels', 'user', 'referrer', 'attestation'];

function readReached(db: Sql, tags: readonly TagRow[], asked: AskedFacts): Promise<readonly Reached[]> {
  return readIf<Reached>(db, asked, BELOW, REACHED, () => [topsOf(tags)]);
}

/** About everything that is below the tags. */
async function readBelow(db: Sql, tags: readonly TagRow[], reached: readonly Reached[], asked: AskedFacts) {
  const below = Map.groupBy(reached, ({ root }) => root);
  const ids = [...new Set(reached.map(({ id }) => id))];
  const of = <T extends object>(field: string, statement: Statement): Promise<readonly T[]> =>
    readIf<T>(db, asked, [field], statement, () => [ids]);
  const [configs, layers, layerTypes, referrers, speakers, companions, builds, derived] = await Promise.all([
    readIf<ConfigRow>(db, asked, ['user', 'labels'], CONFIGS, () => [ids, asked.labelKeys]),
    readIf<{ id: bigint; digest: Buffer }>(db, asked, ['layer'], LAYERS, () => [ids, asked.layers.map(digestToBytes)]),
    findLayerTypes(db, ids, asked.layerTypes),
    of<{ id: bigint; type: string | null }>('referrer', REFERRERS),
    of<KindsRow>('attestation', SPEAKERS),
    readIf<KindsRow & Placed>(db, asked, ['attestation'], COMPANIONS, () => columnsOf(placesOf(tags, below))),
    asked.fields.has('basesBehind') ? findBuilds(db, ids) : [],
    Promise.all(unique(asked.bases).map((base) => findDerived(db, ids, base))),
  ]);
  return {
    below,
    derived,
    configs: byId(configs),
    layers: byId(layers),
    layerTypes: byId(layerTypes),
    referrers: byId(referrers),
    speakers: byId(speakers),
    companions: byId(companions),
    builds: byId(builds),
  };
}

async function read<T extends object>(db: Sql, { name, text }: Statement, values: unknown[]): Promise<readonly T[]> {
  return (await db.query<T>({ name, text, values })).rows;
}

/** Nothing where none of these fields is asked. */
async function readIf<T extends object>(
  db: Sql,
  { fields }: AskedFacts,
  those: readonly string[],
  statement: Statement,
  values: () => unknown[],
): Promise<readonly T[]> {
  return those.some((field) => fields.has(field)) ? read<T>(db, statement, values()) : [];
}

/** Types are few and layers many: those that are asked are chosen first, and mostly there are none of them. */
async function findLayerTypes(
  db: Sql,
  ids: readonly bigint[],
  asked: readonly TextFilter[],
): Promise<readonly { readonly id: bigint; readonly type: string }[]> {
  if (asked.length === 0) return [];
  const matchers = asked.map(textMatcher);
  const types = await findMediaTypes(db);
  const meant = [...types].filter(([, name]) => matchers.some((isMeant) => isMeant(name))).map(([id]) => id);
  if (meant.length === 0) return [];
  const { rows } = await db.query<{ id: bigint; typeId: number }>(LAYER_TYPES, [ids, meant]);
  return rows.map(({ id, typeId }) => ({ id, type: types.get(typeId) ?? '' }));
}

async function findDerived(db: Sql, ids: readonly bigint[], base: TagFilter) {
  const statement = imagesDerivedFrom(base.derivedFrom ?? '', base.derivedAsOf ?? null, ids);
  const { rows } = await db.query<{ id: bigint }>(toQuery(sql`${statement}`));
  return { key: derivationKey(base), images: new Set(rows.map(({ id }) => id)) };
}

/** Each base is looked at once, however many images are on it; there are few bases and many images. */
async function findBuilds(db: Sql, ids: readonly bigint[]): Promise<readonly (Placed & { readonly builds: number })[]> {
  const pairs = await read<{ id: bigint; base_id: bigint }>(db, BASES, [ids]);
  const bases = [...new Set(pairs.map((pair) => pair.base_id))];
  if (bases.length === 0) return [];
  const moved = await read<{ base_id: bigint; repository_id: bigint; builds: bigint }>(db, BUILDS, [bases]);
  const byBase = Map.groupBy(moved, (row) => row.base_id);
  return pairs.flatMap(({ id, base_id }) =>
    (byBase.get(base_id) ?? []).map((row) => ({ id, repositoryId: row.repository_id, builds: Number(row.builds) })),
  );
}

function topsOf(tags: readonly TagRow[]): readonly bigint[] {
  return [...new Set(tags.map(({ manifestId }) => manifestId))];
}

/** Every manifest below a tag, with the tag's repository; each pair once. */
function placesOf(tags: readonly TagRow[], below: ReadonlyMap<bigint, readonly Reached[]>): readonly Placed[] {
  const pairs = tags.flatMap(({ repositoryId, manifestId }) =>
    (below.get(manifestId) ?? []).map(({ id }) => ({ id, repositoryId })),
  );
  return [...new Map(pairs.map((pair) => [`${pair.repositoryId} ${pair.id}`, pair])).values()];
}

function columnsOf(pairs: readonly Placed[]): unknown[] {
  return [pairs.map(({ repositoryId }) => repositoryId), pairs.map(({ id }) => id)];
}

function unique(bases: readonly TagFilter[]): readonly TagFilter[] {
  return [...new Map(bases.map((base) => [derivationKey(base), base])).values()];
}

function byId<T extends { readonly id: bigint }>(rows: readonly T[]): ReadonlyMap<bigint, readonly T[]> {
  return Map.groupBy(rows, ({ id }) => id);
}
