import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The header that holds Artifactory's secret, or its signature where "use secret for payload signing" is on. */
const SECRET_HEADER = 'x-jfrog-event-auth';

/** The webhook, as Artifactory's REST interface takes it. */
export function webhookJson(setUp: SourceSetUp): string {
  const { name, hookUrl, host, authentication, secret } = setUp;
  const header = sentHeader(setUp);
  const isSecret = authentication.scheme === 'hmac' || header?.name === SECRET_HEADER;
  const handler = {
    handler_type: 'webhook',
    url: hookUrl,
    ...(isSecret && { secret, use_secret_for_signing: authentication.scheme === 'hmac' }),
    ...(header !== null && !isSecret && { custom_http_headers: [header] }),
  };
  const webhook = {
    key: `strata-${name}`,
    enabled: true,
    event_filter: {
      domain: 'docker',
      event_types: ['pushed', 'deleted', 'promoted'],
      criteria: {
        anyLocal: true,
        anyRemote: false,
        anyFederated: true,
        repoKeys: [],
        includePatterns: ['**'],
        excludePatterns: [],
      },
    },
    handlers: [handler],
  };
  return [
    `curl -X POST https://${host}/event/api/v1/subscriptions -H "Authorization: Bearer $ARTIFACTORY_ADMIN_TOKEN" \\`,
    "  -H 'Content-Type: application/json' --data-binary @- <<'EOF'",
    JSON.stringify(webhook, null, 2),
    'EOF',
  ].join('\n');
}
