/** How large one filter may be; more is refused before a statement is made of it. */
export const FILTER_CEILINGS = {
  /** Objects and lists inside each other, the outermost one included. */
  depth: 24,
  /** Single values: every text, number, date and word, also each one in a list. */
  predicates: 1_000,
  /** Of one text; no name, label key or media type that is kept is longer. */
  textChars: 4_096,
  /** `*`, `**` and `?` in one glob. */
  wildcards: 32,
} as const;

/** What is wrong with a filter. */
export type FilterErrorCode = 'too-deep' | 'too-many-predicates' | 'too-long' | 'too-many-wildcards' | 'malformed';

/** Says that a filter is not answered; `path` is the place inside it, as in `and[0].name.glob`, or empty for all of it. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  constructor(
    readonly code: FilterErrorCode,
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** Throws `FilterError` for a filter beyond a ceiling. Works on any of them, because it looks at nothing but size. */
export function checkFilter(filter: object): void {
  let predicates = 0;
  const look = (value: unknown, path: string, depth: number): void => {
    if (value === null || value === undefined) return;
    if (typeof value === 'object' && !(value instanceof Date)) {
      const { depth: most } = FILTER_CEILINGS;
      if (depth > most) throw new FilterError('too-deep', path, `a filter has at most ${most} levels`);
      const entries = Array.isArray(value) ? value.map((each, index) => [`[${index}]`, each] as const) : named(value);
      for (const [step, each] of entries)
        look(each, `${path}${path === '' ? step.replace(/^\./, '') : step}`, depth + 1);
      return;
    }
    predicates += 1;
    const { predicates: most } = FILTER_CEILINGS;
    if (predicates > most) throw new FilterError('too-many-predicates', path, `a filter has at most ${most} values`);
    if (typeof value === 'string') checkText(value, path);
  };
  look(filter, '', 1);
}

function named(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).map(([name, each]) => [`.${name}`, each] as const);
}

function checkText(text: string, path: string): void {
  const { textChars, wildcards } = FILTER_CEILINGS;
  if (text.length > textChars)
    throw new FilterError('too-long', path, `a text in a filter has at most ${textChars} characters`);
  if (/(?:^|\.)glob$/.test(path) && (text.match(/\*+|\?/g) ?? []).length > wildcards)
    throw new FilterError('too-many-wildcards', path, `a glob has at most ${wildcards} wildcards`);
}
