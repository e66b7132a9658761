import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The command that makes the webhook; names of webhooks are of letters and digits only. */
export function webhookCommand(setUp: SourceSetUp): string {
  const header = sentHeader(setUp);
  const registry = setUp.host.split('.')[0] ?? 'REGISTRY';
  return [
    `# for source ${setUp.name}`,
    `az acr webhook create --registry ${registry} --name strata${setUp.name.replaceAll('-', '')} \\`,
    `  --uri '${setUp.hookUrl}' \\`,
    ...(header === null ? [] : [`  --headers '${header.name}=${header.value}' \\`]),
    '  --actions push delete --status enabled',
  ].join('\n');
}
