import { isDigest, type Digest } from '@strata/oci';
import { digestFromBytes, digestToBytes } from '../digest-bytes.js';
import { storable } from '../filter/text-filter.js';
import type { Sql } from '../open-catalog.js';

/** A report that was kept. */
export interface SnapshotRow {
  readonly id: bigint;
  /** What the schedule is called that had it made. */
  readonly name: string;
  readonly report: string;
  readonly parameters: unknown;
  readonly revision: string;
  readonly asOf: Date;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Null for one that is not signed. */
  readonly keyId: string | null;
  readonly createdAt: Date;
}

/** The same with what is kept of it. */
export interface SnapshotWithBytes extends SnapshotRow {
  readonly bytes: Buffer;
  /** Over `bytes`; null for one that is not signed. */
  readonly signature: Buffer | null;
}

const COLUMNS = `
  id, name, report, parameters, revision, as_of AS "asOf", digest, media_type AS "mediaType",
  octet_length(bytes) AS "sizeBytes", key_id AS "keyId", created_at AS "createdAt"`;

type Raw<Row extends SnapshotRow> = Omit<Row, 'digest'> & { readonly digest: Buffer };

/** The newest ones, at most `limit`; of one schedule where its name is given. */
export async function findSnapshots(
  db: Sql,
  { name, limit }: { readonly name: string | null; readonly limit: number },
): Promise<readonly SnapshotRow[]> {
  if (name !== null && !storable(name)) return [];
  const { rows } = await db.query<Raw<SnapshotRow>>(
    `SELECT ${COLUMNS} FROM snapshot WHERE $1::text IS NULL OR name = $1 ORDER BY id DESC LIMIT $2`,
    [name, limit],
  );
  return rows.map((row) => ({ ...row, digest: digestFromBytes(row.digest) }));
}

/** The newest one under a digest or a revision; null where there is none. */
export async function findSnapshot(db: Sql, digestOrRevision: string): Promise<SnapshotWithBytes | null> {
  if (!storable(digestOrRevision)) return null;
  const [column, value] = isDigest(digestOrRevision)
    ? ['digest', digestToBytes(digestOrRevision)]
    : ['revision', digestOrRevision];
  const { rows } = await db.query<Raw<SnapshotWithBytes>>(
    `SELECT ${COLUMNS}, bytes, signature FROM snapshot WHERE ${column} = $1 ORDER BY id DESC LIMIT 1`,
    [value],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, digest: digestFromBytes(row.digest) };
}
