import type { SourceSetUp } from '../dialect.js';

/** The commands that make the topic, whose name is not ours to choose, and the push subscription. */
export function pushSubscriptionCommands({ name, hookUrl, authentication }: SourceSetUp): string {
  const token =
    authentication.scheme === 'oidc'
      ? [
          `  --push-auth-service-account=${authentication.email ?? 'ACCOUNT@PROJECT.iam.gserviceaccount.com'} \\`,
          `  --push-auth-token-audience='${authentication.audience}' \\`,
        ]
      : [];
  return [
    `# for source ${name}, in the project that owns the repositories; the topic has to be called gcr`,
    'gcloud pubsub topics create gcr # unless Artifact Registry has made it already',
    `gcloud pubsub subscriptions create strata-${name} --topic=gcr \\`,
    `  --push-endpoint='${hookUrl}' \\`,
    ...token,
    '  --ack-deadline=10 --message-retention-duration=7d --min-retry-delay=10s --max-retry-delay=600s --expiration-period=never',
  ].join('\n');
}
