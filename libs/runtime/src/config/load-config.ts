import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { checkConfig, type Environment } from './read-config.js';
import { checkSources } from './read-sources.js';
import type { SourceConfig } from './source-config.js';
import type { SourceWords } from './source-words.js';

/** Everything a process was told: its variables and its sources. */
export interface Loaded<S extends z.ZodObject, D extends string, A> {
  readonly config: z.output<S>;
  readonly sources: readonly SourceConfig<D, A>[];
}

/** Reads environment and file together, so that one start shows all that is wrong. Throws `ConfigError`. */
export function loadConfig<S extends z.ZodObject, D extends string, A>(options: {
  readonly schema: S;
  readonly env: Environment;
  readonly words: SourceWords<D, A>;
}): Loaded<S, D, A> {
  const config = checkConfig(options.schema, options.env);
  const sources = checkSources(options);
  if (config.ok && sources.ok) return { config: config.value, sources: sources.value };
  const [first, ...rest] = [config, sources].flatMap((checked) => (checked.ok ? [] : checked.problems));
  if (first === undefined) throw new Error('a configuration was refused without a problem');
  throw new ConfigError([first, ...rest]);
}
