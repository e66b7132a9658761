/**
 * A piece of a statement with its values kept apart, so that pieces can be put together in any order and no
 * value ever becomes part of the text. Only `sql`, `joinSql` and `rawSql` make one.
 */
export interface SqlPart {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
}

/** What may stand in a `${}` of `sql`: another piece is spliced in, anything else becomes a parameter. */
type Interpolated = SqlPart | string | number | bigint | boolean | null | Date | Uint8Array | readonly unknown[];

/** Writes a piece: sql`tag.name = ${name}`. */
export function sql(strings: TemplateStringsArray, ...interpolated: readonly Interpolated[]): SqlPart {
  const texts: string[] = [strings[0] ?? ''];
  const values: unknown[] = [];
  interpolated.forEach((item, index) => {
    const after = strings[index + 1] ?? '';
    if (isSqlPart(item)) {
      texts[texts.length - 1] += item.texts[0] ?? '';
      texts.push(...item.texts.slice(1));
      values.push(...item.values);
      texts[texts.length - 1] += after;
    } else {
      texts.push(after);
      values.push(item);
    }
  });
  return { texts, values };
}

/** Words of our own (a column, a keyword). Never for anything that came from outside. */
export function rawSql(text: string): SqlPart {
  return { texts: [text], values: [] };
}

/** `parts` with `separator` between them; `empty` when there are none. */
export function joinSql(parts: readonly SqlPart[], separator: string, empty = ''): SqlPart {
  const [first, ...rest] = parts;
  if (first === undefined) return rawSql(empty);
  return rest.reduce((joined, part) => sql`${joined}${rawSql(separator)}${part}`, first);
}

/** All of these; true when there are none. */
export function allOf(conditions: readonly SqlPart[]): SqlPart {
  return joinSql(
    conditions.map((condition) => sql`(${condition})`),
    ' AND ',
    'TRUE',
  );
}

/** Any of these; false when there are none. */
export function anyOf(conditions: readonly SqlPart[]): SqlPart {
  return joinSql(
    conditions.map((condition) => sql`(${condition})`),
    ' OR ',
    'FALSE',
  );
}

/** What follows from a question that was asked, a condition mostly; nothing where it was left out. */
export function whenGiven<T, Part>(asked: T | null | undefined, part: (asked: T) => Part): readonly Part[] {
  return asked === null || asked === undefined ? [] : [part(asked)];
}

/** The form that `pg` takes. */
export function toQuery(part: SqlPart): { readonly text: string; readonly values: unknown[] } {
  const text = part.texts.reduce((whole, next, index) => `${whole}$${index}${next}`);
  return { text, values: [...part.values] };
}

function isSqlPart(item: Interpolated): item is SqlPart {
  return typeof item === 'object' && item !== null && 'texts' in item;
}
