import type { Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import { KEPT_WHOLE } from '../image/read-known.js';
import type { Sql } from '../open-catalog.js';

/** A tag of a repository that has a row. */
export interface KnownTagQuestion {
  readonly repositoryId: bigint;
  readonly tag: string;
}

/** What the catalog has of a tag before the registry is asked. */
export interface KnownTag {
  /** For the compare-and-set; 0 where it has no row. */
  readonly version: number;
  readonly isLive: boolean;
  /** What it points at, where its repository is known to hold that; else null. */
  readonly target: HeldManifest | null;
}

/** A manifest that a repository is known to hold. */
export interface HeldManifest {
  readonly id: bigint;
  readonly digest: Digest;
  /** False for an image that lacks its config, because the registry did not have it. */
  readonly isWhole: boolean;
}

const TAGS = `
  SELECT asked.position, tag.version, tag.manifest_id IS NOT NULL AS live, held.id, held.digest, held.whole
    FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS asked (repository_id, name, position)
   CROSS JOIN LATERAL (
     SELECT version, manifest_id FROM tag WHERE tag.repository_id = asked.repository_id AND tag.name = asked.name LIMIT 1
   ) AS tag
    LEFT JOIN LATERAL (
     SELECT manifest.id, manifest.digest, ${KEPT_WHOLE} AS whole
       FROM manifest JOIN repository_manifest AS placed
         ON placed.repository_id = asked.repository_id AND placed.manifest_id = manifest.id AND gone_at IS NULL
      WHERE manifest.id = tag.manifest_id LIMIT 1
   ) AS held ON true`;

/** What is known of each tag, in the order of the questions. */
export async function readKnownTags(sql: Sql, asked: readonly KnownTagQuestion[]): Promise<readonly KnownTag[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql.query<{
    position: bigint;
    version: number;
    live: boolean;
    id: bigint | null;
    digest: Buffer | null;
    whole: boolean | null;
  }>(TAGS, [asked.map(({ repositoryId }) => repositoryId), asked.map(({ tag }) => tag)]);
  const known = new Map(
    rows.map(({ position, version, live, id, digest, whole }) => {
      const target =
        id === null || digest === null ? null : { id, digest: digestFromBytes(digest), isWhole: whole === true };
      return [Number(position), { version, isLive: live, target }] as const;
    }),
  );
  return asked.map((_, index) => known.get(index + 1) ?? { version: 0, isLive: false, target: null });
}

const HELD = `
  SELECT asked.position, held.id, held.whole
    FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS asked (repository_id, digest, position)
   CROSS JOIN LATERAL (
     SELECT id, ${KEPT_WHOLE} AS whole FROM manifest WHERE manifest.digest = asked.digest LIMIT 1
   ) AS held
   CROSS JOIN LATERAL (
     SELECT FROM repository_manifest AS placed
      WHERE placed.repository_id = asked.repository_id AND placed.manifest_id = held.id AND gone_at IS NULL LIMIT 1
   ) AS placed`;

/** Which of these manifests their repositories are known to hold, understood or not, in the order of the questions. */
export async function readHeldManifests(
  sql: Sql,
  asked: readonly { readonly repositoryId: bigint; readonly digest: Digest }[],
): Promise<readonly (HeldManifest | null)[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql.query<{ position: bigint; id: bigint; whole: boolean }>(HELD, [
    asked.map(({ repositoryId }) => repositoryId),
    asked.map(({ digest }) => digestToBytes(digest)),
  ]);
  const held = new Map(rows.map(({ position, id, whole }) => [Number(position), { id, isWhole: whole }]));
  return asked.map(({ digest }, index) => {
    const found = held.get(index + 1);
    return found === undefined ? null : { ...found, digest };
  });
}
