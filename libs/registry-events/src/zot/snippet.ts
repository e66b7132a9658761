import type { SourceSetUp } from '../dialect.js';
import { sentHeader } from '../sent-header.js';

/** The part of zot's configuration that makes it report here; the build must contain the extension `events`. */
export function eventsJson(setUp: SourceSetUp): string {
  const { authentication, secret } = setUp;
  const header = sentHeader(setUp);
  const proof =
    authentication.scheme === 'basic'
      ? { credentials: { username: authentication.username, password: secret } }
      : header === null
        ? {}
        : { headers: { [header.name]: header.value } };
  const sink = { type: 'http', address: setUp.hookUrl, timeout: '30s', ...proof };
  return [
    `// in zot's configuration, for source ${setUp.name}`,
    JSON.stringify({ extensions: { events: { enable: true, sinks: [sink] } } }, null, 2),
  ].join('\n');
}
