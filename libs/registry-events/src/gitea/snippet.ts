import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** What to type into the form for a webhook, and the setting without which Gitea refuses to call a private address. */
export function webhookSettings(setUp: SourceSetUp): string {
  const { name, hookUrl, authentication, secret } = setUp;
  const header = sentHeader(setUp);
  return [
    `# the webhook for source ${name}: Settings > Webhooks > Add webhook > Gitea (or Forgejo),`,
    '# of the user or organisation that owns the packages, or of the site',
    `Target URL:            ${hookUrl}`,
    'HTTP method:           POST',
    'POST content type:     application/json',
    ...(authentication.scheme === 'hmac' ? [`Secret:                ${secret}`] : []),
    ...(header === null ? [] : [`Authorization header:  ${header.value}`]),
    'Trigger on:            Custom events > Package',
    'Active:                yes',
    '',
    '# in app.ini, where this hook has a private address',
    '[webhook]',
    `ALLOWED_HOST_LIST = external, ${new URL(hookUrl).hostname}`,
  ].join('\n');
}
