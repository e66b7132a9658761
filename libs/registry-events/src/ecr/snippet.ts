import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The commands that make connection, API destination and rule, in the account and region of the registry. */
export function eventBridgeCommands(setUp: SourceSetUp): string {
  const { name, hookUrl } = setUp;
  const pattern = JSON.stringify({ source: ['aws.ecr'] });
  return [
    `# for source ${name}, in the account and region of the registry; the secret is kept by AWS Secrets Manager`,
    `aws events create-connection --name strata-${name} \\`,
    ...connectionLines(setUp),
    `aws events create-api-destination --name strata-${name} --http-method POST \\`,
    `  --invocation-endpoint ${quoted(hookUrl)} \\`,
    `  --connection-arn "$(aws events describe-connection --name strata-${name} --query ConnectionArn --output text)"`,
    `aws events put-rule --name strata-${name} --event-pattern ${quoted(pattern)}`,
    '# the role must allow events:InvokeApiDestination; without a dead-letter queue what cannot be delivered is dropped',
    `aws events put-targets --rule strata-${name} --targets "[{ \\`,
    '  \\"Id\\": \\"strata\\", \\"RoleArn\\": \\"arn:aws:iam::ACCOUNT:role/ROLE\\", \\',
    `  \\"Arn\\": \\"$(aws events describe-api-destination --name strata-${name} --query ApiDestinationArn --output text)\\", \\`,
    '  \\"RetryPolicy\\": { \\"MaximumEventAgeInSeconds\\": 86400, \\"MaximumRetryAttempts\\": 185 } }]"',
  ].join('\n');
}

function connectionLines(setUp: SourceSetUp): readonly string[] {
  const { authentication, secret } = setUp;
  if (authentication.scheme === 'basic') {
    const basic = { BasicAuthParameters: { Username: authentication.username, Password: secret } };
    return ['  --authorization-type BASIC \\', `  --auth-parameters ${quoted(JSON.stringify(basic))}`];
  }
  if (authentication.scheme === 'oidc') {
    return [
      '  --authorization-type OAUTH_CLIENT_CREDENTIALS \\',
      '  --auth-parameters file://oauth-of-your-provider.json',
    ];
  }
  const header = sentHeader(setUp) ?? { name: 'x-unused', value: 'the secret is in the address' };
  const key = { ApiKeyAuthParameters: { ApiKeyName: header.name, ApiKeyValue: header.value } };
  return ['  --authorization-type API_KEY \\', `  --auth-parameters ${quoted(JSON.stringify(key))}`];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
