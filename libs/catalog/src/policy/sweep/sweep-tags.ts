import { joinSql, rawSql, sql, type SqlPart } from '../../filter/sql.js';
import { readRows, type TextRow } from '../../read-rows.js';
import { bitsOf, byNumber } from './bits.js';
import type { SweptTag } from './formula.js';
import { SWEEP_SETTINGS, SWEEP_STEP_LIMIT_MS, type SweepReading } from './read-ids.js';

/** Every live tag in the order of ids, some at a time, with the conditions on its own row decided. */
export type TagLook = () => AsyncGenerator<readonly SweptTag[], void>;

/**
 * Gives a look at all tags that can be had again: the first that comes to its end keeps what it read, some 32 bytes a tag,
 * and later ones see the same, in the same lots.
 */
export function openTagLook(reading: SweepReading, conditions: readonly SqlPart[], lotTags: number): TagLook {
  const columns = [...OWN, ...byNumber(conditions).map(bitsOf)];
  let kept: readonly Float64Array[] | null = null;
  return async function* () {
    if (kept !== null) {
      for (const lot of kept) yield tagsOf(lot, columns.length);
      return;
    }
    const lots: Float64Array[] = [];
    for await (const rows of readTags(reading, columns, lotTags)) {
      const lot = numbersOf(rows, columns.length);
      lots.push(lot);
      yield tagsOf(lot, columns.length);
    }
    kept = lots;
  };
}

const OWN = ['tag.id', 'tag.manifest_id', 'tag.repository_id'].map(rawSql);

function readTags({ catalog, signal }: SweepReading, columns: readonly SqlPart[], stepRows: number) {
  const statement = sql`SELECT ${joinSql(columns, ', ')} FROM tag WHERE tag.manifest_id IS NOT NULL ORDER BY tag.id`;
  const reading = { stepRows, stepLimitMs: SWEEP_STEP_LIMIT_MS, signal, settings: SWEEP_SETTINGS };
  return readRows(catalog, () => Promise.resolve(statement), reading);
}

/** All columns of one row after the other. */
function numbersOf(rows: readonly TextRow[], columns: number): Float64Array {
  const numbers = new Float64Array(rows.length * columns);
  for (const [place, row] of rows.entries())
    for (let column = 0; column < columns; column += 1) numbers[place * columns + column] = Number(row[column]);
  return numbers;
}

function tagsOf(numbers: Float64Array, columns: number): readonly SweptTag[] {
  const tags: SweptTag[] = [];
  for (let first = 0; first < numbers.length; first += columns)
    tags.push({
      tagId: numbers[first] ?? 0,
      manifestId: numbers[first + 1] ?? 0,
      repositoryId: numbers[first + 2] ?? 0,
      bits: [...numbers.subarray(first + OWN.length, first + columns)],
    });
  return tags;
}
