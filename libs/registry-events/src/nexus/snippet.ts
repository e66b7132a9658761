import type { SourceSetUp } from '../dialect.js';

/** What to type into the form for a capability. */
export function capabilitySettings({ name, hookUrl, authentication, secret }: SourceSetUp): string {
  return [
    `# for source ${name}: Administration > System > Capabilities > Create capability`,
    'Type:         Webhook: Repository',
    'Repository:   the Docker repository that this source reads (one capability for each)',
    'Event types:  component, asset',
    `URL:          ${hookUrl}`,
    ...(authentication.scheme === 'hmac' ? [`Secret key:   ${secret}`] : []),
  ].join('\n');
}
