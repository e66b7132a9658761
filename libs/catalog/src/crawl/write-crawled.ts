import type { Digest } from '@strata/oci';
import type { Sql } from '../open-catalog.js';
import type { HeldCrawl } from './crawl-run.js';
import type { ScopedManifest } from './crawl-scope.js';

/** A tag that points at what it pointed at before. */
export interface ConfirmedTag {
  readonly repositoryId: bigint;
  readonly tag: string;
  /** As it was read before the registry was asked. */
  readonly version: number;
  readonly manifestId: bigint;
}

// Who holds one of these rows is just writing something newer; nobody waits for a confirmation.
const CONFIRM_TAGS = `
  UPDATE tag SET observed_at = greatest(observed_at, $4)
   WHERE id IN (
     SELECT tag.id FROM unnest($1::bigint[], $2::text[], $3::int[]) AS confirmed (repository_id, name, version)
       JOIN tag ON tag.repository_id = confirmed.repository_id AND tag.name = confirmed.name
        AND tag.version = confirmed.version
      ORDER BY tag.id FOR NO KEY UPDATE OF tag SKIP LOCKED)`;

const VERIFY_MANIFESTS = `
  UPDATE manifest SET verified_at = greatest(verified_at, $2)
   WHERE id IN (SELECT id FROM manifest WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)`;

/** Writes that the registry still has these tags as we do, and so still serves what they point at. */
export async function confirmTags(sql: Sql, confirmed: readonly ConfirmedTag[], at: Date): Promise<void> {
  if (confirmed.length === 0) return;
  await sql.query(CONFIRM_TAGS, [
    confirmed.map(({ repositoryId }) => repositoryId),
    confirmed.map(({ tag }) => tag),
    confirmed.map(({ version }) => version),
    at,
  ]);
  await sql.query(VERIFY_MANIFESTS, [[...new Set(confirmed.map(({ manifestId }) => manifestId))], at]);
}

const ASKED = `
  UPDATE repository_manifest AS placed SET asked_at = $3
   WHERE (repository_id, manifest_id) IN (
     SELECT held.repository_id, held.manifest_id
       FROM unnest($1::bigint[], $2::bigint[]) AS asked (repository_id, manifest_id)
       JOIN repository_manifest AS held USING (repository_id, manifest_id)
      ORDER BY held.repository_id, held.manifest_id FOR NO KEY UPDATE OF held)`;

/** Writes that these manifests were asked for by digest, and which of them the registry still serves. */
export async function writeAskedManifests(
  sql: Sql,
  asked: readonly (ScopedManifest & { readonly isThere: boolean })[],
  at: Date,
): Promise<void> {
  if (asked.length === 0) return;
  const there = asked.filter(({ isThere }) => isThere).map(({ manifestId }) => manifestId);
  await sql.query(VERIFY_MANIFESTS, [[...new Set(there)], at]);
  await sql.query(ASKED, [
    asked.map(({ repositoryId }) => repositoryId),
    asked.map(({ manifestId }) => manifestId),
    at,
  ]);
}

/** An object of the catalog that its registry, asked for it, cleanly said it does not have. */
export interface CrawlAbsence {
  readonly repositoryId: bigint;
  /** A tag, or a digest. */
  readonly reference: string | Digest;
}

/** Remembers what a crawl found gone, until its end decides what follows. */
export async function recordAbsences(sql: Sql, { id }: HeldCrawl, absences: readonly CrawlAbsence[]): Promise<void> {
  if (absences.length === 0) return;
  await sql.query(
    `INSERT INTO crawl_absence (crawl_id, repository_id, reference)
     SELECT DISTINCT $1::bigint, repository_id, reference FROM unnest($2::bigint[], $3::text[]) AS gone (repository_id, reference)
     ORDER BY repository_id, reference
     ON CONFLICT DO NOTHING`,
    [id, absences.map(({ repositoryId }) => repositoryId), absences.map(({ reference }) => reference)],
  );
}

/** How many tags and how many manifests a crawl has found gone so far. */
export async function countAbsences(
  sql: Sql,
  { id }: HeldCrawl,
): Promise<{ readonly tags: number; readonly manifests: number }> {
  const { rows } = await sql.query<{ tags: number; manifests: number }>(
    `SELECT count(*) FILTER (WHERE reference NOT LIKE '%:%')::int AS tags,
            count(*) FILTER (WHERE reference LIKE '%:%')::int AS manifests
       FROM crawl_absence WHERE crawl_id = $1`,
    [id],
  );
  return rows[0] ?? { tags: 0, manifests: 0 };
}

/** Takes the next absences of a crawl off its list, at most `limit`. */
export async function takeAbsences(
  sql: Sql,
  { id }: HeldCrawl,
  limit: number,
): Promise<readonly { readonly repository: string; readonly reference: string }[]> {
  const { rows } = await sql.query<{ repository: string; reference: string }>(
    `WITH taken AS (
       DELETE FROM crawl_absence WHERE (crawl_id, repository_id, reference) IN (
         SELECT crawl_id, repository_id, reference FROM crawl_absence WHERE crawl_id = $1
          ORDER BY repository_id, reference LIMIT $2)
       RETURNING repository_id, reference)
     SELECT repository.name AS repository, reference
       FROM taken JOIN repository ON repository.id = repository_id ORDER BY 1, 2`,
    [id, limit],
  );
  return rows;
}
