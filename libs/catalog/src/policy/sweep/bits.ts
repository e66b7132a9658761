import { joinSql, rawSql, sql, type SqlPart } from '../../filter/sql.js';

/** As many bits as an `integer` of the database has beside its sign. */
export const BITS_OF_NUMBER = 30;

/** A number with a bit for each condition that holds; at most `BITS_OF_NUMBER`. */
export function bitsOf(conditions: readonly SqlPart[]): SqlPart {
  const bits = conditions.map(
    (condition, place) => sql`CASE WHEN ${condition} THEN ${rawSql(String(2 ** place))} ELSE 0 END`,
  );
  return joinSql(bits, ' + ', '0');
}

/** Whether the bit of one of them is set. */
export function hasBit(bits: number, place: number): boolean {
  return (bits & (1 << place)) !== 0;
}

/** Conditions by the number that they share. */
export function byNumber<T>(conditions: readonly T[]): readonly (readonly T[])[] {
  const groups = [];
  for (let first = 0; first < conditions.length; first += BITS_OF_NUMBER)
    groups.push(conditions.slice(first, first + BITS_OF_NUMBER));
  return groups;
}
