import { sourceWords, type Authentication, type DialectName } from '@strata/registry-events';
import { loadConfig, type Environment, type SourceConfig, sourcesSection } from '@strata/runtime';
import { CliConfig } from '../cli-config.js';

/** A source with everything that `strata.yaml` says of it. */
export type ConfiguredSource = SourceConfig<DialectName, Authentication>;

/** The variables and all sources, in the order of the file. Throws `ConfigError`. */
export function readConfiguredSources(env: Environment): {
  readonly config: CliConfig;
  readonly sources: readonly ConfiguredSource[];
} {
  return loadConfig({ schema: CliConfig, env, sections: { sources: sourcesSection(sourceWords) } });
}
