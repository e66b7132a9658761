import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../errno-of.js';
import { below, type ConfigSection, type SectionPlace } from './config-section.js';
import { parseYaml, type Issue, type PlacedProblem } from './yaml-file.js';

/** What must hold of some tags, as somebody has written it. */
export interface PolicyConfig {
  readonly name: string;
  readonly severity: (typeof SEVERITIES)[number];
  readonly description: string | null;
  readonly owner: string | null;
  /** Filters in the shape that the caller's words gave, as they were written. */
  readonly where: unknown;
  readonly require: unknown;
}

/** What the configuration has to know of filters, handed in because this library knows none. */
export interface PolicyWords {
  /** Finds what is wrong with a filter; what it gives is not kept, since times in it may be relative. */
  readonly filter: z.ZodType;
}

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** How many policies there may be: each costs something at every push. */
const MAX_POLICIES = 200;
const MAX_FILE_BYTES = 1_000_000;

/**
 * `policies:`, a list of policies, and of paths to files of them or to folders of such files (`*.yaml`, `*.yml`; by name).
 * A file holds one policy or a list. Paths start at the folder of the file that names them; each problem is told with the
 * file that it is in.
 */
export function policiesSection(words: PolicyWords): ConfigSection<readonly PolicyConfig[]> {
  const schema = policySchema(words);
  return {
    name: 'policies',
    read(given, place) {
      const list = z
        .array(z.unknown())
        .max(MAX_POLICIES, `must hold at most ${MAX_POLICIES} entries`)
        .nullish()
        .safeParse(given);
      if (!list.success)
        return { value: null, problems: list.error.issues.flatMap((issue) => place.place(below(['policies'], issue))) };
      const read = (list.data ?? []).flatMap((entry, index): readonly ReadPolicy[] => {
        const path = ['policies', index];
        if (typeof entry === 'string') return readPath(schema, entry, path, place);
        return [readPolicy(schema, entry, (issue) => place.place(at(path, issue)))];
      });
      const problems = [...read.flatMap((policy) => policy.problems), ...repeatedNames(read)];
      const policies = read.flatMap(({ policy }) => (policy === null ? [] : [policy]));
      return { value: problems.length === 0 ? policies : null, problems };
    },
  };
}

interface ReadPolicy {
  readonly policy: PolicyConfig | null;
  readonly problems: readonly PlacedProblem[];
  readonly name: string | null;
  readonly place: Place;
}

type Place = (issue: Issue) => readonly PlacedProblem[];
type PolicySchema = z.ZodType<PolicyConfig>;

function policySchema({ filter }: PolicyWords): PolicySchema {
  // What comes out is what was written: the filter's own shape is only looked at.
  const isFilter = z.unknown().superRefine((given, context) => {
    for (const issue of filter.safeParse(given).error?.issues ?? []) {
      const { path, message } = issue;
      if (issue.code === 'unrecognized_keys') context.addIssue({ code: issue.code, keys: issue.keys, path, message });
      else context.addIssue({ code: 'custom', path, message });
    }
  });
  return z.strictObject({
    name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and inner hyphens'),
    severity: z
      .string()
      .toLowerCase()
      .pipe(z.enum(SEVERITIES, `must be one of: ${SEVERITIES.join(', ')}`)),
    description: z.string().max(2_000, 'must be at most 2,000 characters').nullable().default(null),
    owner: z.string().max(200, 'must be at most 200 characters').nullable().default(null),
    where: isFilter.default({}),
    require: isFilter.refine(
      (given) => typeof given !== 'object' || given === null || Object.keys(given).length > 0,
      'must ask something, or no tag could fail it',
    ),
  });
}

function readPolicy(schema: PolicySchema, given: unknown, place: Place): ReadPolicy {
  const result = schema.safeParse(given);
  const name = z.object({ name: z.string() }).safeParse(given).data?.name ?? null;
  const problems = result.error?.issues.flatMap(place) ?? [];
  return { policy: result.data ?? null, problems, name, place };
}

function readPath(
  schema: PolicySchema,
  path: string,
  said: readonly PropertyKey[],
  { env, folder, place }: SectionPlace,
): readonly ReadPolicy[] {
  const refuse = (message: string): readonly ReadPolicy[] => [
    { policy: null, problems: place({ code: 'custom', path: said, message }), name: null, place },
  ];
  const here = isAbsolute(path) ? path : join(folder, path);
  try {
    if (!statSync(here).isDirectory()) return readFile(schema, here, env);
    const files = readdirSync(here).filter((file) => /\.ya?ml$/.test(file));
    if (files.length === 0) return refuse('is a folder without a file of policies');
    return files.sort().flatMap((file) => readFile(schema, join(here, file), env));
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return refuse(`names what cannot be read (${code})`);
  }
}

function readFile(schema: PolicySchema, file: string, env: SectionPlace['env']): readonly ReadPolicy[] {
  const text = readFileSync(file, 'utf8');
  const yaml = parseYaml(file, text.length > MAX_FILE_BYTES ? '' : text);
  const only = (problems: readonly PlacedProblem[]): ReadPolicy => ({
    policy: null,
    problems,
    name: null,
    place: yaml.place,
  });
  if (text.length > MAX_FILE_BYTES)
    return [only(yaml.place({ code: 'custom', path: [], message: `has more than ${MAX_FILE_BYTES} characters` }))];
  if (yaml.broken.length > 0) return [only(yaml.broken)];
  const { value, problems } = yaml.read(env);
  const policies = Array.isArray(value)
    ? value.map((entry, index) => readPolicy(schema, entry, (issue) => yaml.place(at([index], issue))))
    : [readPolicy(schema, value, yaml.place)];
  return problems.length === 0 ? policies : [only(problems), ...policies];
}

function at(path: readonly PropertyKey[], issue: Issue): Issue {
  return { ...issue, path: [...path, ...issue.path] };
}

function repeatedNames(read: readonly ReadPolicy[]): readonly PlacedProblem[] {
  const seen = new Set<string>();
  return read.flatMap(({ name, place }) => {
    if (name === null) return [];
    const isTaken = seen.has(name);
    seen.add(name);
    const message = `${JSON.stringify(name)} is already taken by a policy above`;
    return isTaken ? place({ code: 'custom', path: ['name'], message }) : [];
  });
}
