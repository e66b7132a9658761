import type { SourceSetUp } from '../dialect.js';

/** What to type into the Webhooks page of each repository. */
export function webhookSettings({ name, hookUrl }: SourceSetUp): string {
  return ['On Docker Hub: the repository, Webhooks', `  New webhook: strata-${name}`, `  Webhook URL: ${hookUrl}`].join(
    '\n',
  );
}
