import type { SourceConfig } from '@strata/runtime';
import type { AppName } from './app-entries.js';

/** The lines that tell an operator where everything is. */
export function describeProduct(options: {
  readonly urls: Readonly<Record<AppName, string>>;
  readonly sources: readonly Pick<SourceConfig, 'name' | 'registry'>[];
  readonly database: string;
  readonly queue: string;
}): string {
  const { urls, sources, database, queue } = options;
  const hooks = sources.map(({ name, registry }): readonly [string, string] => [
    'Hook',
    `${urls['webhook-ingest']}/hooks/${name}  for ${registry.href.replace(/\/$/, '')}`,
  ]);
  const lines: readonly (readonly [string, string])[] = [
    ['GraphQL', `${urls['graphql-api']}/graphql`],
    ['GraphiQL', `${urls['graphql-api']}/graphiql`],
    ...(hooks.length > 0 ? hooks : [['Hook', 'no source is configured: see strata.example.yaml'] as const]),
    ['Worker', `${urls.worker}/readyz`],
    ['Database', database],
    ['Queue', queue],
  ];
  return `\n${lines.map(([title, text]) => `  ${title.padEnd(9)} ${text}\n`).join('')}\n`;
}
