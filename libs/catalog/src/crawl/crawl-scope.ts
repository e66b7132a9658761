import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { Sql } from '../open-catalog.js';
import type { CrawlRun } from './crawl-run.js';

/** What a crawl walks. */
export type CrawlScope = Pick<CrawlRun, 'sourceId' | 'repository' | 'startedAt'>;

/** A live tag; they are walked by the ids of their repositories, then by name. */
export interface ScopedTag {
  readonly repositoryId: bigint;
  readonly repository: string;
  readonly tag: string;
}

// $1 is the source, $2 the one repository or null.
const SCOPE = `repository.registry_id = (SELECT registry_id FROM source WHERE id = $1)
           AND ($2::text IS NULL OR repository.name = $2)`;

/** How many live tags the catalog has in the scope. */
export async function countScopedTags(sql: Sql, { sourceId, repository }: CrawlScope): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM tag JOIN repository ON repository.id = tag.repository_id
      WHERE tag.manifest_id IS NOT NULL AND ${SCOPE}`,
    [sourceId, repository],
  );
  return rows[0]?.count ?? 0;
}

/** How many manifests the catalog has placed in the scope; one counts once for each repository that holds it. */
export async function countScopedManifests(sql: Sql, { sourceId, repository }: CrawlScope): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count
       FROM repository_manifest AS placed JOIN repository ON repository.id = placed.repository_id
      WHERE gone_at IS NULL AND ${SCOPE}`,
    [sourceId, repository],
  );
  return rows[0]?.count ?? 0;
}

/** At most `limit` tags behind one place in their order. */
export interface TagPage {
  readonly after: Omit<ScopedTag, 'repository'> | null;
  readonly limit: number;
}

// Along the index of live tags by repository and name; what was met by the walk has been observed since it began.
const UNSEEN = `
  SELECT tag.repository_id AS "repositoryId", repository.name AS repository, tag.name AS tag
    FROM tag JOIN repository ON repository.id = tag.repository_id
   WHERE tag.manifest_id IS NOT NULL AND tag.observed_at < $3 AND ${SCOPE}
     AND (tag.repository_id, tag.name) > ($4::bigint, $5::text COLLATE "C")
     AND repository.name <> ALL ($6::text[])
   ORDER BY tag.repository_id, tag.name LIMIT $7`;

/** The next live tags that nobody has observed since the crawl began, after a place in their order. */
export async function findUnseenTags(
  sql: Sql,
  { sourceId, repository, startedAt }: CrawlScope,
  page: TagPage & {
    /** Repositories whose tags could not be listed. */
    readonly besides: readonly string[];
  },
): Promise<readonly ScopedTag[]> {
  const { after, besides, limit } = page;
  const { rows } = await sql.query<ScopedTag>(UNSEEN, [
    ...[sourceId, repository, startedAt, after?.repositoryId ?? 0n, after?.tag ?? '', besides, limit],
  ]);
  return rows;
}

// A slice of the ids is as good as a lottery, and needs no sort of all rows.
const SAMPLE = `
  SELECT tag.repository_id AS "repositoryId", repository.name AS repository, tag.name AS tag
    FROM tag JOIN repository ON repository.id = tag.repository_id
   WHERE tag.manifest_id IS NOT NULL AND ${SCOPE} AND tag.id % $3 = $4
     AND (tag.repository_id, tag.name) > ($5::bigint, $6::text COLLATE "C")
   ORDER BY tag.repository_id, tag.name LIMIT $7`;

/** Of every `oneIn` live tags the one with this `lot` (from 0), page by page. */
export async function findSampledTags(
  sql: Sql,
  { sourceId, repository }: CrawlScope,
  sample: TagPage & { readonly oneIn: number; readonly lot: number },
): Promise<readonly ScopedTag[]> {
  const { oneIn, lot, after, limit } = sample;
  const { rows } = await sql.query<ScopedTag>(SAMPLE, [
    ...[sourceId, repository, oneIn, lot, after?.repositoryId ?? 0n, after?.tag ?? '', limit],
  ]);
  return rows;
}

/** A manifest that a repository is known to hold. */
export interface ScopedManifest {
  readonly repositoryId: bigint;
  readonly repository: string;
  readonly manifestId: bigint;
  readonly digest: Digest;
}

// Whatever a live tag points at was asked for by that tag.
const UNVERIFIED = `
  SELECT placed.repository_id AS "repositoryId", repository.name AS repository, manifest.id AS "manifestId", manifest.digest
    FROM repository_manifest AS placed
    JOIN repository ON repository.id = placed.repository_id
    JOIN manifest ON manifest.id = placed.manifest_id
   WHERE gone_at IS NULL AND placed.first_seen_at < $3 AND (placed.asked_at IS NULL OR placed.asked_at < $3)
     AND ${SCOPE} AND repository.name <> ALL ($4::text[])
     AND NOT EXISTS (SELECT FROM tag WHERE tag.repository_id = placed.repository_id AND tag.manifest_id = manifest.id)
   ORDER BY placed.asked_at NULLS FIRST, placed.repository_id, placed.manifest_id LIMIT $5`;

/** The manifests without a tag that were not asked for since the crawl began, those first that were not for longest. */
export async function findUnverifiedManifests(
  sql: Sql,
  { sourceId, repository, startedAt }: CrawlScope,
  page: { readonly besides: readonly string[]; readonly limit: number },
): Promise<readonly ScopedManifest[]> {
  const { rows } = await sql.query<Omit<ScopedManifest, 'digest'> & { digest: Buffer }>(UNVERIFIED, [
    ...[sourceId, repository, startedAt, page.besides, page.limit],
  ]);
  return rows.map((row) => ({ ...row, digest: digestFromBytes(row.digest) }));
}

/** The next repositories of a source's registry that the catalog knows, or that are named in `besides`, by name. */
export async function findKnownRepositories(
  sql: Sql,
  sourceId: number,
  page: { readonly besides: readonly string[]; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT name FROM repository WHERE registry_id = (SELECT registry_id FROM source WHERE id = $1) AND name > $2
      UNION SELECT name FROM unnest($3::text[]) AS besides (name) WHERE name COLLATE "C" > $2
      ORDER BY name LIMIT $4`,
    [sourceId, page.after, page.besides, page.limit],
  );
  return rows.map(({ name }) => name);
}
