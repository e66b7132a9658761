import { joinSql, rawSql, sql, type SqlPart } from '../../filter/sql.js';
import { readRows } from '../../read-rows.js';
import { bitsOf, byNumber } from './bits.js';
import type { SweptTag } from './formula.js';
import { SWEEP_SETTINGS, SWEEP_STEP_LIMIT_MS, type SweepReading } from './read-ids.js';

const OWN = ['tag.id', 'tag.manifest_id', 'tag.repository_id'].map(rawSql);

/** Reads every live tag in the order of ids, some at a time, with the conditions on its own row decided. */
export async function* sweepTags(
  { catalog, signal }: SweepReading,
  conditions: readonly SqlPart[],
  stepRows: number,
): AsyncGenerator<readonly SweptTag[]> {
  const columns = joinSql([...OWN, ...byNumber(conditions).map(bitsOf)], ', ');
  const statement = sql`SELECT ${columns} FROM tag WHERE tag.manifest_id IS NOT NULL ORDER BY tag.id`;
  const reading = { stepRows, stepLimitMs: SWEEP_STEP_LIMIT_MS, signal, settings: SWEEP_SETTINGS };
  for await (const rows of readRows(catalog, () => Promise.resolve(statement), reading))
    yield rows.map(([tagId, manifestId, repositoryId, ...bits]) => ({
      ...{ tagId: Number(tagId), manifestId: Number(manifestId), repositoryId: Number(repositoryId) },
      bits: bits.map(Number),
    }));
}
