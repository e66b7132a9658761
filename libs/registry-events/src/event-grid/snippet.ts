import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The command that subscribes this hook to a registry's events; the hook answers its handshake at once. */
export function subscriptionCommand(setUp: SourceSetUp): string {
  const { name, host, authentication } = setUp;
  const header = sentHeader(setUp);
  return [
    `# for source ${name}; the hook must be reachable by https while this runs, because it is called back at once`,
    `az eventgrid event-subscription create --name strata-${name} \\`,
    `  --source-resource-id "$(az acr show --name ${host.split('.')[0] ?? 'REGISTRY'} --query id --output tsv)" \\`,
    `  --endpoint-type webhook --endpoint '${setUp.hookUrl}' \\`,
    ...(header === null ? [] : [`  --delivery-attribute-mapping ${header.name} static '${header.value}' true \\`]),
    ...(authentication.scheme === 'oidc'
      ? [
          `  --azure-active-directory-tenant-id TENANT --azure-active-directory-application-id-or-uri '${authentication.audience}' \\`,
        ]
      : []),
    '  --event-delivery-schema cloudeventschemav1_0 \\',
    '  --included-event-types Microsoft.ContainerRegistry.ImagePushed Microsoft.ContainerRegistry.ImageDeleted \\',
    '  --max-delivery-attempts 30 --event-ttl 1440',
    '# Without --deadletter-endpoint what cannot be delivered in that time is dropped.',
  ].join('\n');
}
