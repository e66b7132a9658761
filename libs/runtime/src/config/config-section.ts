import { z } from 'zod';
import type { Environment } from './read-config.js';
import type { Issue, Path, PlacedProblem } from './yaml-file.js';

/**
 * The sections that `strata.yaml` may have. A process reads those that it asks for and looks at no other, so that a
 * mistake in a policy cannot stop the hook from taking events; a section that nobody knows is a mistake for all.
 */
export const SECTION_NAMES = ['sources', 'policies', 'webhooks', 'reports'] as const;

/** One of them. */
export type SectionName = (typeof SECTION_NAMES)[number];

/** One section as a process asks for it: how it is read, in a file of its own beside this one. */
export interface ConfigSection<T> {
  readonly name: SectionName;
  /** Gives what the section says, or everything that is wrong with it. Undefined and null are a section that is not there. */
  readonly read: (given: unknown, place: SectionPlace) => ReadSection<T>;
}

/** Where a section stands, for what is wrong in it and for what it names. */
export interface SectionPlace {
  readonly env: Environment;
  /** Paths in the section start here. */
  readonly folder: string;
  /** Says an issue, whose path begins at the top of the file, with line and column. */
  readonly place: (issue: Issue) => readonly PlacedProblem[];
}

/** What a section says; without a value there is at least one problem. */
export interface ReadSection<T> {
  readonly value: T | null;
  readonly problems: readonly PlacedProblem[];
}

/**
 * A section that is a list of things with names, each of this shape, no name twice; `thing` is what one of them is
 * called: `source`.
 */
export function namedListSection<S extends z.ZodType<{ readonly name: string }>>(
  name: SectionName,
  thing: string,
  schema: S,
): ConfigSection<readonly z.output<S>[]> {
  return {
    name,
    read(given, { place }) {
      const result = z.array(schema).nullish().safeParse(given);
      const issues = result.success ? [] : result.error.issues.map((issue) => below([name], issue));
      const problems = [...issues, ...repeatedNames(given, [name], thing)].flatMap(place);
      return { value: result.success ? (result.data ?? []) : null, problems };
    },
  };
}

/** The issue of a part, as one of the whole. */
export function below(path: Path, issue: z.core.$ZodIssue): z.core.$ZodIssue {
  return { ...issue, path: [...path, ...issue.path] };
}

/** Names that stand earlier in the list already, whatever else is wrong with what has them. */
function repeatedNames(given: unknown, path: Path, thing: string): readonly Issue[] {
  const seen = new Set<string>();
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.flatMap((item, index): readonly Issue[] => {
    const { name } = z.object({ name: z.string() }).safeParse(item).data ?? {};
    if (name === undefined) return [];
    const isTaken = seen.has(name);
    seen.add(name);
    const message = `${JSON.stringify(name)} is already taken by a ${thing} above`;
    return isTaken ? [{ code: 'custom', path: [...path, index, 'name'], message }] : [];
  });
}
