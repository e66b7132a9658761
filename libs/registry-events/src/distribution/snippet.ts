import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/**
 * The part of a registry's `config.yml` that makes it report here ("Notifications" in its documentation). Pulls and blobs
 * are left out at the sender: they are most of what it would send, and nothing follows from them.
 */
export function notificationsYaml(setUp: SourceSetUp): string {
  const header = sentHeader(setUp);
  return [
    '# in the config.yml of the registry',
    'notifications:',
    '  endpoints:',
    `    - name: strata-${setUp.name}`,
    `      url: ${JSON.stringify(setUp.hookUrl)}`,
    ...(header === null ? [] : ['      headers:', `        ${header.name}: [${JSON.stringify(header.value)}]`]),
    '      timeout: 5s',
    '      threshold: 5',
    '      backoff: 1s',
    '      ignore:',
    '        mediatypes: [application/octet-stream]',
    '        actions: [pull]',
  ].join('\n');
}
