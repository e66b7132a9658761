import { dialectNames, dialectOf, type DialectName } from '../dialects.js';
import { authenticationWords, type Authentication } from './authentication.js';
import { isStandardWebhooksSecret } from './open-standard-webhooks.js';

/** What `strata.yaml` says of one sender. */
interface Said {
  readonly dialect: DialectName;
  readonly authentication: Authentication | undefined;
  readonly secrets: readonly string[];
}

type Settled =
  | { readonly ok: true; readonly authentication: Authentication }
  | { readonly ok: false; readonly path: readonly (string | number)[]; readonly message: string };

/** What stands in a URL without being written in another way. */
const UNRESERVED = /^[A-Za-z0-9._~-]+$/;

/** Everything that the configuration has to know of senders: the words, and which of them go together. */
export const sourceWords = { dialects: dialectNames, authentication: authenticationWords, settle } as const;

function settle({ dialect, authentication: said, secrets }: Said): Settled {
  const { usual, schemes } = dialectOf(dialect).authentication;
  const possible = [...schemes, 'path', 'query'];
  const authentication = said ?? usual;
  if (authentication === null) {
    return problem(['authentication'], `is needed: ${dialect} can do ${possible.join(', ')}`);
  }
  if (!possible.includes(authentication.scheme)) {
    return problem(['authentication', 'scheme'], `is none that ${dialect} can do; it can do ${possible.join(', ')}`);
  }
  const wrong = problemOfSecrets(authentication, secrets);
  return wrong ?? { ok: true, authentication };
}

function problemOfSecrets({ scheme }: Authentication, secrets: readonly string[]): Settled | null {
  if (scheme === 'oidc') return secrets.length === 0 ? null : problem(['secrets'], 'are not used with oidc');
  if (secrets.length === 0) return problem(['secrets'], 'must hold at least one secret');
  switch (scheme) {
    case 'path':
    case 'query':
      return firstProblem(secrets, (secret) => UNRESERVED.test(secret), 'must be of A-Z, a-z, 0-9, -, ., _ and ~');
    case 'standard-webhooks':
      return firstProblem(secrets, isStandardWebhooksSecret, 'must be whsec_ and a key in base64');
    case 'bearer':
    case 'header':
    case 'basic':
    case 'hmac':
      return null;
  }
}

function firstProblem(secrets: readonly string[], isGood: (secret: string) => boolean, message: string) {
  const index = secrets.findIndex((secret) => !isGood(secret));
  return index < 0 ? null : problem(['secrets', index], message);
}

function problem(path: readonly (string | number)[], message: string): Settled {
  return { ok: false, path, message };
}
