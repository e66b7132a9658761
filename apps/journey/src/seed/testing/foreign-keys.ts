import type { Sql } from '@strata/catalog';

const KEYS = `
  SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
         (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) AS "childColumn",
         (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) AS "parentColumn"
    FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) = 1 ORDER BY 1, 3`;

/** The foreign keys of one column that some row breaks: COPY with the replication role checks none. */
export async function foreignKeysBroken(db: Sql): Promise<readonly string[]> {
  const { rows } = await db.query<Record<'child' | 'parent' | 'childColumn' | 'parentColumn', string>>(KEYS);
  if (rows.length === 0) throw new Error('there are no foreign keys to check');
  const broken: string[] = [];
  for (const { child, childColumn, parent, parentColumn } of rows) {
    const orphans = await db.query(
      `SELECT FROM ${child} WHERE ${childColumn} IS NOT NULL
          AND NOT EXISTS (SELECT FROM ${parent} WHERE ${parent}.${parentColumn} = ${child}.${childColumn}) LIMIT 1`,
    );
    if (orphans.rowCount !== 0) broken.push(`${child}.${childColumn} → ${parent}`);
  }
  return broken;
}
