import type { Token } from './fetch-token.js';

/** A token that the registry has just refused, and when the request that carried it began. */
export interface DistrustedToken {
  readonly value: string;
  readonly sentAtMs: number;
}

/** Tokens by what they were asked for; never shared between registries or credentials. */
export interface TokenCache {
  /**
   * A token that is still good, or one more from `fetch`: at most one fetch per key is under way, whoever
   * waits for it. A `distrusted` token, and any older than it, is not given out again.
   */
  get(key: string, fetch: () => Promise<Token>, distrusted?: DistrustedToken): Promise<Token>;
}

/** A cache of at most `limit` tokens, the oldest forgotten first. `now` in milliseconds. */
export function openTokenCache(limit: number, now: () => number): TokenCache {
  const tokens = new Map<string, Token>();
  const underWay = new Map<string, Promise<Token>>();

  async function renew(key: string, fetch: () => Promise<Token>): Promise<Token> {
    tokens.delete(key);
    const token = await fetch();
    tokens.set(key, token);
    for (const oldest of tokens.keys()) {
      if (tokens.size <= limit) break;
      tokens.delete(oldest);
    }
    return token;
  }

  return {
    get(key, fetch, distrusted) {
      const token = tokens.get(key);
      const refused =
        distrusted !== undefined &&
        (token?.value === distrusted.value || (token?.obtainedAtMs ?? 0) < distrusted.sentAtMs);
      if (token !== undefined && now() < token.refreshAtMs && !refused) return Promise.resolve(token);
      const waiting = underWay.get(key);
      if (waiting !== undefined) return waiting;
      const fetching = renew(key, fetch).finally(() => underWay.delete(key));
      underWay.set(key, fetching);
      return fetching;
    },
  };
}
