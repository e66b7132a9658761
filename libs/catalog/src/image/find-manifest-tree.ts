import type { Digest, Platform } from '@strata/oci';
import { isHeld } from '../filter/reach.js';
import { rawSql, sql, toQuery } from '../filter/sql.js';
import type { Sql } from '../open-catalog.js';
import {
  MANIFEST_COLUMNS,
  MANIFEST_TABLES,
  toManifestRow,
  type ManifestRow,
  type RawManifest,
} from './find-manifests.js';

/** A manifest with its document, for questions that read what it says. */
export interface ManifestWithDocument extends ManifestRow {
  /** Null where none is kept. */
  readonly bytes: Uint8Array | null;
  /** What an image's config claims. */
  readonly platform: Platform | null;
}

/** Documents that one question may read together; a usual index with its images has some 20 KiB. */
export const MAX_TREE_BYTES = 32 * 1024 * 1024;

/** Says that the documents behind an index are too much to read at once. */
export class TreeTooLargeError extends Error {
  override readonly name = 'TreeTooLargeError';
}

/**
 * A manifest and everything that it leads to through indexes, as far as some repository holds it, in one statement.
 * Throws `TreeTooLargeError` above `MAX_TREE_BYTES`.
 */
export async function findManifestTree(db: Sql, id: bigint): Promise<ReadonlyMap<Digest, ManifestWithDocument>> {
  const statement = sql`WITH RECURSIVE down (id, depth) AS (
      SELECT ${id}::bigint, 0
      UNION
      SELECT child.id, down.depth + 1
      FROM down
      JOIN index_entry AS entry ON entry.manifest_id = down.id
      JOIN manifest AS child ON child.digest = entry.child_digest
      WHERE down.depth < ${MAX_DEPTH}
    ), tree AS (
      SELECT manifest.id, sum(manifest.size_bytes) OVER () AS bytes
      FROM manifest
      WHERE manifest.id IN (SELECT id FROM down)
        AND (manifest.id = ${id}::bigint OR ${isHeld(rawSql('manifest.id'))})
    )
    SELECT ${MANIFEST_COLUMNS}, tree.bytes > ${MAX_TREE_BYTES} AS "isTooMuch",
      CASE WHEN tree.bytes <= ${MAX_TREE_BYTES} THEN document.bytes END AS bytes,
      platform.os, platform.architecture, platform.variant, platform.os_version AS "osVersion",
      platform.os_features AS "osFeatures"
    FROM tree JOIN ${MANIFEST_TABLES} ON manifest.id = tree.id
    LEFT JOIN manifest_document AS document ON document.manifest_id = manifest.id
    LEFT JOIN platform ON platform.id = manifest.platform_id`;
  const { rows } = await db.query<Raw>(toQuery(statement));
  if (rows.some(({ isTooMuch }) => isTooMuch)) {
    throw new TreeTooLargeError(`the documents behind it have more than ${MAX_TREE_BYTES} bytes`);
  }
  return new Map(rows.map(toTreeManifest).map((manifest) => [manifest.digest, manifest]));
}

/** Deeper indexes are never catalogued; the limit keeps a surprise from becoming a long statement. */
const MAX_DEPTH = 8;

type Raw = RawManifest & { readonly isTooMuch: boolean; readonly bytes: Buffer | null } & (
    Platform | { readonly os: null }
  );

function toTreeManifest(raw: Raw): ManifestWithDocument {
  return { ...toManifestRow(raw), bytes: raw.bytes, platform: raw.os === null ? null : platformOf(raw) };
}

function platformOf({ os, architecture, variant, osVersion, osFeatures }: Platform): Platform {
  return { os, architecture, variant, osVersion, osFeatures };
}
