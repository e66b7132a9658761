import { openSourceRegistry, type Registry, type RegistryAccessReport } from '@strata/registry-client';
import type { ConfiguredSource } from './configured-source.js';
import type { Finding } from './finding.js';

/** Asks the registry of a source for the base of its API, with its credentials, and says what came of it. */
export async function checkRegistry(source: ConfiguredSource): Promise<Finding> {
  const base = source.registry.href.replace(/\/$/, '');
  let registry: Registry;
  try {
    registry = openSourceRegistry(source);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { verdict: 'wrong', about: 'registry', text: `${base} cannot be read: ${error.message}` };
  }
  try {
    return findingOf(await registry.checkAccess(), base);
  } finally {
    await registry.close();
  }
}

const SIGNED_IN = {
  none: 'without being asked who we are',
  basic: 'with name and password',
  token: 'with a token of its token service',
} as const;

function findingOf(report: RegistryAccessReport, base: string): Finding {
  const wrong = (text: string): Finding => ({ verdict: 'wrong', about: 'registry', text: `${base} ${text}` });
  switch (report.state) {
    case 'ok':
      return { verdict: 'ok', about: 'registry', text: `${base} lets us in ${SIGNED_IN[report.authentication]}` };
    case 'unreachable':
      return wrong(`cannot be reached: ${report.detail}`);
    case 'address-forbidden':
      return wrong(`is at an address that is refused (${report.detail}); allowPrivateNetwork: true allows it`);
    case 'not-a-registry':
      return wrong(`does not answer as a registry: ${report.detail}`);
    case 'credentials-needed':
      return wrong(`wants credentials, and none are configured: ${report.detail}`);
    case 'credentials-refused':
      return wrong(`refuses the credentials: ${report.detail}`);
    case 'realm-forbidden':
      return wrong(
        `sends us to a token service that may not have the credentials; allowedRealms: [${report.realm}] allows it`,
      );
    case 'rate-limited':
      return { verdict: 'note', about: 'registry', text: `${base} wants us to wait: ${report.detail}` };
  }
}
