import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The part of `gitlab.rb` (Omnibus) that makes the registry report here. `threshold` is what newer versions call `maxretries`. */
export function notificationsRuby(setUp: SourceSetUp): string {
  const header = sentHeader(setUp);
  return [
    '# in /etc/gitlab/gitlab.rb; then: gitlab-ctl reconfigure',
    "registry['notifications'] = [",
    '  {',
    `    'name' => 'strata-${setUp.name}',`,
    `    'url' => '${setUp.hookUrl}',`,
    "    'timeout' => '5s',",
    "    'threshold' => 5,",
    "    'backoff' => '1s',",
    ...(header === null ? [] : [`    'headers' => { '${header.name}' => ['${header.value}'] },`]),
    '  }',
    ']',
  ].join('\n');
}
