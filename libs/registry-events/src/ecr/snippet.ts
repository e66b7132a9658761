import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The commands that make connection, API destination and rule, in the account and region of the registry. */
export function eventBridgeCommands(setUp: SourceSetUp): string {
  const { name, hookUrl } = setUp;
  const { type, parameters } = connectionOf(setUp);
  const target = {
    Id: 'strata',
    Arn: '$DESTINATION',
    RoleArn: 'arn:aws:iam::ACCOUNT:role/ROLE',
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
  };
  return [
    `# for source ${name}, in the account and region of the registry; AWS keeps the secret in its Secrets Manager`,
    `CONNECTION=$(aws events create-connection --name strata-${name} --authorization-type ${type} \\`,
    `  --auth-parameters '${parameters}' --query ConnectionArn --output text)`,
    `DESTINATION=$(aws events create-api-destination --name strata-${name} --http-method POST \\`,
    `  --invocation-endpoint '${hookUrl}' --connection-arn "$CONNECTION" --query ApiDestinationArn --output text)`,
    `aws events put-rule --name strata-${name} --event-pattern '${JSON.stringify({ source: ['aws.ecr'] })}'`,
    '# The role must allow events:InvokeApiDestination. Add a DeadLetterConfig, or what cannot be delivered is dropped.',
    `aws events put-targets --rule strata-${name} --targets "$(cat <<EOF`,
    JSON.stringify([target], null, 2),
    'EOF',
    ')"',
  ].join('\n');
}

function connectionOf(setUp: SourceSetUp): { readonly type: string; readonly parameters: string } {
  const { authentication, secret } = setUp;
  if (authentication.scheme === 'oidc') {
    return { type: 'OAUTH_CLIENT_CREDENTIALS', parameters: 'file://oauth-parameters-of-your-provider.json' };
  }
  if (authentication.scheme === 'basic') {
    const basic = { BasicAuthParameters: { Username: authentication.username, Password: secret } };
    return { type: 'BASIC', parameters: JSON.stringify(basic) };
  }
  // A connection has to have some key, also where the secret is in the address.
  const header = sentHeader(setUp) ?? { name: 'x-strata-source', value: setUp.name };
  const key = { ApiKeyAuthParameters: { ApiKeyName: header.name, ApiKeyValue: header.value } };
  return { type: 'API_KEY', parameters: JSON.stringify(key) };
}
