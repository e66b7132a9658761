import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../errno-of.js';
import { SECTION_NAMES, type ConfigSection } from './config-section.js';
import type { Checked, Environment } from './read-config.js';
import { parseYaml, type PlacedProblem, type YamlFile } from './yaml-file.js';

/** The sections that a process asks for, by the names it wants them under. */
export type Sections = Readonly<Record<string, ConfigSection<unknown>>>;

/** What each of them says. */
export type ReadSections<S extends Sections> = {
  readonly [K in keyof S]: S[K] extends ConfigSection<infer T> ? T : never;
};

const DEFAULT_FILE = 'strata.yaml';

/** What may stand at the top; of the sections only that they may be there. */
const Top = z.strictObject(Object.fromEntries(SECTION_NAMES.map((name) => [name, z.unknown().optional()]))).nullish();

/** Reads these sections of the file that `STRATA_CONFIG` names. Without that variable, `strata.yaml` need not be there. */
export function checkConfigFile<S extends Sections>(sections: S, env: Environment): Checked<ReadSections<S>> {
  const named = env['STRATA_CONFIG'];
  const file = named === undefined || named === '' ? DEFAULT_FILE : named;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown error';
    if (code === 'ENOENT' && file === DEFAULT_FILE && file !== named) return checkConfigText(file, '', sections, env);
    const where = named === undefined || named === '' ? file : 'STRATA_CONFIG';
    return { ok: false, problems: [{ where, message: `the file ${file} cannot be read (${code})` }] };
  }
  return checkConfigText(file, text, sections, env);
}

/**
 * Checks these sections of the text of a configuration file; `file` is its name in the problems, and the folder that
 * paths in it start from. A text that is no YAML is refused for every section of it: nobody knows where they end.
 */
export function checkConfigText<S extends Sections>(
  file: string,
  text: string,
  sections: S,
  env: Environment,
): Checked<ReadSections<S>> {
  const yaml = parseYaml(file, text);
  const { values, problems } =
    yaml.broken.length > 0 ? { values: {}, problems: yaml.broken } : read(yaml, sections, env);
  const [first, ...rest] = inFileOrder(problems).map(({ where, message }) => ({ where, message }));
  if (first !== undefined) return { ok: false, problems: [first, ...rest] };
  // Every section has been read under its own name, and none of them without a value had no problem.
  return { ok: true, value: values as ReadSections<S> };
}

function read(yaml: YamlFile, sections: Sections, env: Environment) {
  const keys = Object.values(sections).map(({ name }) => name);
  const { value: given, problems: missing } = yaml.read(env, keys);
  const top = Top.safeParse(given);
  const problems: PlacedProblem[] = [...missing, ...(top.error?.issues.flatMap(yaml.place) ?? [])];
  const place = { env, folder: dirname(yaml.file), place: yaml.place };
  const found = Object.entries(sections).map(([key, section]) => {
    const result = section.read(z.record(z.string(), z.unknown()).safeParse(given).data?.[section.name], place);
    problems.push(...result.problems);
    return [key, result.value] as const;
  });
  return { values: Object.fromEntries(found), problems };
}

/** As they stand, file by file; the files in the order in which they were found. */
function inFileOrder(problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return files.flatMap((file) =>
    problems.filter((problem) => problem.file === file).sort((one, other) => one.offset - other.offset),
  );
}
