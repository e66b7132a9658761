import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { checkConfigFile, type ReadSections, type Sections } from './read-config-file.js';
import { checkConfig, type Environment } from './read-config.js';

/** Everything a process was told: its variables, and the sections that it asked for. */
export type Loaded<S extends z.ZodObject, P extends Sections> = { readonly config: z.output<S> } & ReadSections<P>;

/**
 * Reads environment and file together, so that one start shows all that is wrong. Sections that are not asked for are not
 * looked at. Throws `ConfigError`.
 */
export function loadConfig<S extends z.ZodObject, P extends Sections>(options: {
  readonly schema: S;
  readonly env: Environment;
  readonly sections: P;
}): Loaded<S, P> {
  const config = checkConfig(options.schema, options.env);
  const sections = checkConfigFile(options.sections, options.env);
  if (config.ok && sections.ok) return { ...sections.value, config: config.value };
  const [first, ...rest] = [config, sections].flatMap((checked) => (checked.ok ? [] : checked.problems));
  if (first === undefined) throw new Error('a configuration was refused without a problem');
  throw new ConfigError([first, ...rest]);
}
