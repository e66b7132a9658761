import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** An OpenID provider without its server: what it publishes, and tokens that it has signed. */
export interface TestIssuer {
  /** The discovery document of an issuer at this address; its keys are at `<address>/keys`. */
  readonly discovery: (address: string) => object;
  /** The published keys. */
  readonly keys: () => object;
  /** A token with these claims, by the newest key unless `header` says otherwise. */
  readonly token: (claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>) => string;
  /** Adds a key, as a provider does from time to time; tokens are signed with it from now on. */
  readonly rotate: () => void;
}

interface Key {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes an issuer with one key. Its tokens are JWTs signed with RS256 (RFC 7515, 7518). */
export function createTestIssuer(): TestIssuer {
  const keys: Key[] = [];
  const rotate = (): void => {
    keys.push({ id: `key-${keys.length + 1}`, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) });
  };
  rotate();
  return {
    rotate,
    discovery: (address) => ({ issuer: address, jwks_uri: `${address}/keys` }),
    keys: () => ({
      keys: keys.map(({ id, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid: id,
        use: 'sig',
        alg: 'RS256',
      })),
    }),
    token(claims, header = {}) {
      const key = keys.at(-1);
      if (key === undefined) throw new Error('an issuer has a key');
      const signed = `${base64url({ alg: 'RS256', typ: 'JWT', kid: key.id, ...header })}.${base64url(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
    },
  };
}
