import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** Commands that send one event and prove who sends it, for programs of one's own to begin with. */
export function eventCommands(setUp: SourceSetUp): string {
  const event = {
    specversion: '1.0',
    id: 'ANOTHER-FOR-EACH-EVENT',
    source: '/WHO/SENDS/IT',
    type: 'strata.image.pushed',
    data: { repository: 'team/app', tag: '1.4.2', actor: 'ci-bot' },
  };
  const { lines, headers } = proofOf(setUp);
  return [
    `# for source ${setUp.name}; other types: strata.image.deleted, strata.repository.deleted; "digest" beside or without "tag"`,
    "BODY=$(cat <<'EOF'",
    JSON.stringify(event, null, 2),
    'EOF',
    ')',
    ...lines,
    `curl -X POST '${setUp.hookUrl}' -H 'Content-Type: application/cloudevents+json' \\`,
    ...headers.map((header) => `  -H "${header}" \\`),
    '  --data-binary "$BODY"',
  ].join('\n');
}

interface Proof {
  /** What is worked out before. */
  readonly lines: readonly string[];
  /** Within double quotes of a shell. */
  readonly headers: readonly string[];
}

function proofOf(setUp: SourceSetUp): Proof {
  const { authentication, secret } = setUp;
  switch (authentication.scheme) {
    case 'bearer':
    case 'header': {
      const header = sentHeader(setUp);
      return { lines: [], headers: header === null ? [] : [`${header.name}: ${header.value}`] };
    }
    case 'basic':
      return {
        lines: [`BASIC=$(printf %s '${authentication.username}:${secret}' | base64 | tr -d '\\n')`],
        headers: ['Authorization: Basic $BASIC'],
      };
    case 'hmac':
      return {
        lines: [
          `SIGNATURE=$(printf %s "$BODY" | openssl dgst -${authentication.algorithm} -hmac '${secret}' -r | cut -d ' ' -f 1)`,
        ],
        headers: [`${authentication.header}: ${authentication.prefix}$SIGNATURE`],
      };
    case 'standard-webhooks':
      return {
        lines: [
          'ID=$(openssl rand -hex 16) TIME=$(date +%s)',
          `KEY=$(printf %s '${secret}' | sed 's/^whsec_//' | base64 -d | od -An -v -tx1 | tr -d ' \\n')`,
          'SIGNATURE=$(printf %s "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac hmac -macopt "hexkey:$KEY" -binary | base64)',
        ],
        headers: ['webhook-id: $ID', 'webhook-timestamp: $TIME', 'webhook-signature: v1,$SIGNATURE'],
      };
    case 'oidc':
      return {
        lines: [`# TOKEN is one of ${authentication.issuer} for the audience ${authentication.audience}`],
        headers: ['Authorization: Bearer $TOKEN'],
      };
    case 'query':
    case 'path':
      return { lines: [], headers: [] };
  }
}
