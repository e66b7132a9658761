import type { SourceSetUp } from '../dialect.js';

/** The webhook of a repository or an organisation, as GitHub's command line makes it; for a GitHub App, what to type in. */
export function webhookSettings({ name, hookUrl, authentication, secret }: SourceSetUp): string {
  const signs = authentication.scheme === 'hmac';
  return [
    `# the webhook for source ${name}; for an organisation: gh api orgs/OWNER/hooks`,
    "gh api repos/OWNER/REPOSITORY/hooks --method POST --input - <<'EOF'",
    JSON.stringify(
      {
        name: 'web',
        active: true,
        events: ['package'],
        config: { url: hookUrl, content_type: 'json', insecure_ssl: '0', ...(signs && { secret }) },
      },
      null,
      2,
    ),
    'EOF',
    '# A package reports to the webhooks of a repository only when it is connected to that repository.',
    '# A GitHub App: set this URL and secret under "Webhook", give it "Packages: read", subscribe it to "Registry package".',
  ].join('\n');
}
