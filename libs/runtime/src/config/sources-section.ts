import { namedListSection, type ConfigSection } from './config-section.js';
import { sourceSchema, type SourceConfig } from './source-config.js';
import type { SourceWords } from './source-words.js';

/** `sources:`, the registries that Strata listens to and reads, in the words of the senders that the caller understands. */
export function sourcesSection<D extends string, A>(
  words: SourceWords<D, A>,
): ConfigSection<readonly SourceConfig<D, A>[]> {
  return namedListSection('sources', 'source', sourceSchema(words));
}
