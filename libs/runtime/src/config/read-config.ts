import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.js';

/** The environment as it is handed in; only a main.ts reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Either the checked value or everything that is wrong; lets two readers report together. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly [ConfigProblem, ...ConfigProblem[]] };

/** A variable that is set to nothing counts as absent, as Compose files and shells tend to leave them. */
function withoutEmpty(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '').trim() !== '');
  return Object.fromEntries(entries);
}

function describe(issue: z.core.$ZodIssue, env: Record<string, string>): ConfigProblem {
  const where = issue.path.length === 0 ? 'environment' : issue.path.join('.');
  const absent = issue.code === 'invalid_type' && env[where] === undefined;
  return { where, message: absent ? 'is needed and not set' : issue.message };
}

/** Checks the environment against a schema without throwing. Variables that the schema does not name are left alone. */
export function checkConfig<S extends z.ZodObject>(schema: S, env: Environment): Checked<z.output<S>> {
  const present = withoutEmpty(env);
  const result = schema.safeParse(present);
  if (result.success) return { ok: true, value: result.data };
  const [first, ...rest] = result.error.issues.map((issue) => describe(issue, present));
  if (first === undefined) throw new Error('zod refused the environment without an issue', { cause: result.error });
  return { ok: false, problems: [first, ...rest] };
}

/** Reads a process's variables, checked once. Throws `ConfigError` with every problem. */
export function readConfig<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  const checked = checkConfig(schema, env);
  if (!checked.ok) throw new ConfigError(checked.problems);
  return checked.value;
}
