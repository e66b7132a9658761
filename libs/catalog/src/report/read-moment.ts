import type { Sql } from '../open-catalog.js';

/** Where the feed of changes stood, and when anything that reports are made of last changed. */
export interface CatalogMoment {
  /** The last change that the transaction sees; opaque. */
  readonly position: string;
  /** The beginning of 1970 for a catalog that nothing ever happened to. */
  readonly at: Date;
}

const READ = `
  SELECT (SELECT xid || '-' || id FROM change ORDER BY xid DESC, id DESC LIMIT 1) AS position,
    greatest(
      (SELECT max(at) FROM change),
      (SELECT opened_at FROM finding ORDER BY id DESC LIMIT 1),
      (SELECT created_at FROM waiver ORDER BY id DESC LIMIT 1),
      (SELECT max(until_at) FROM waiver WHERE until_at <= $1)
    ) AS at`;

/**
 * Reads them in the transaction that a report is made in. A waiver that has run out is a change at that moment, also when
 * nothing else happens: what it had silenced counts again from then on.
 */
export async function readMoment(db: Sql, now: Date): Promise<CatalogMoment> {
  const { rows } = await db.query<{ readonly position: string | null; readonly at: Date | null }>(READ, [now]);
  return { position: rows[0]?.position ?? '0-0', at: rows[0]?.at ?? new Date(0) };
}
