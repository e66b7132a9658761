import type { Digest } from '@strata/oci';
import { digestFromBytes } from '../digest-bytes.js';
import type { IndexEntryKind } from '../stored-words.js';
import type { Sql } from '../open-catalog.js';

/** One line of an index; what it points at may not be known. */
export interface IndexEntryRow {
  readonly position: number;
  readonly childDigest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: bigint;
  readonly kind: IndexEntryKind;
  readonly platformId: number | null;
  /** The words of the index before normalisation. */
  readonly rawPlatform: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

type Raw = Omit<IndexEntryRow, 'childDigest' | 'annotations'> & {
  readonly indexId: bigint;
  readonly childDigest: Buffer;
  readonly annotations: Readonly<Record<string, string>> | null;
};

const SELECT = `
SELECT entry.manifest_id AS "indexId", entry.position, entry.child_digest AS "childDigest", media_type.name AS "mediaType",
  entry.size_bytes AS "sizeBytes", entry.kind, entry.platform_id AS "platformId", entry.raw_platform AS "rawPlatform",
  entry.annotations
FROM index_entry AS entry JOIN media_type ON media_type.id = entry.media_type_id
WHERE entry.manifest_id = ANY ($1::bigint[]) ORDER BY entry.manifest_id, entry.position`;

/** The lines of each index, as it lists them; order and length follow `indexIds`. */
export async function findIndexEntries(
  db: Sql,
  indexIds: readonly bigint[],
): Promise<readonly (readonly IndexEntryRow[])[]> {
  const { rows } = await db.query<Raw>(SELECT, [indexIds]);
  const byIndex = Map.groupBy(rows, ({ indexId }) => indexId);
  return indexIds.map((id) => (byIndex.get(id) ?? []).map(toEntry));
}

function toEntry({ indexId: _, ...raw }: Raw): IndexEntryRow {
  return { ...raw, childDigest: digestFromBytes(raw.childDigest), annotations: raw.annotations ?? {} };
}
