import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** A command that sends one event, for programs of one's own to begin with. */
export function eventCommand(setUp: SourceSetUp): string {
  const header = sentHeader(setUp);
  const event = {
    specversion: '1.0',
    id: 'A-NEW-ONE-FOR-EACH-EVENT',
    source: '/WHO/SENDS/IT',
    type: 'strata.image.pushed',
    time: '2026-08-20T10:15:30Z',
    data: { repository: 'team/app', tag: '1.4.2', digest: 'sha256:…', actor: 'ci-bot' },
  };
  return [
    `# for source ${setUp.name}; other types: strata.image.deleted, strata.repository.deleted; tag or digest may be left out`,
    `curl -X POST '${setUp.hookUrl}' -H 'Content-Type: application/cloudevents+json' \\`,
    ...(header === null ? [] : [`  -H '${header.name}: ${header.value}' \\`]),
    "  --data-binary @- <<'EOF'",
    JSON.stringify(event, null, 2),
    'EOF',
  ].join('\n');
}
