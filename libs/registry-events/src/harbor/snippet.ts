import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** What to type into a project's Webhooks page; Harbor sends the field "Auth Header" as `Authorization`, word for word. */
export function webhookPolicy(setUp: SourceSetUp): string {
  const header = sentHeader(setUp);
  return [
    'In Harbor: the project, Webhooks, New Webhook',
    `  Name:           strata-${setUp.name}`,
    '  Notify Type:    http',
    '  Payload Format: CloudEvents (Default works too)',
    '  Event Type:     Artifact pushed, Artifact deleted, Tag retention finished',
    `  Endpoint URL:   ${setUp.hookUrl}`,
    ...(header === null ? [] : [`  Auth Header:    ${header.value}`]),
    '  Verify Remote Certificate: on',
  ].join('\n');
}
