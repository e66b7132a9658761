import { openSingleFlight } from '../single-flight.js';
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
  get(key: string, fetch: (signal: AbortSignal) => Promise<Token>, caller: TokenCaller): Promise<Token>;
}

/** Who asks for a token: how they leave, and which token has just failed them. */
export interface TokenCaller {
  readonly signal: AbortSignal;
  readonly distrusted: DistrustedToken | null;
}

/** A cache of at most `limit` tokens, the oldest forgotten first. `now` in milliseconds. */
export function openTokenCache(limit: number, now: () => number): TokenCache {
  const tokens = new Map<string, Token>();
  const flights = openSingleFlight<Token>();

  async function renew(key: string, fetch: (signal: AbortSignal) => Promise<Token>, signal: AbortSignal) {
    tokens.delete(key);
    const token = await fetch(signal);
    tokens.set(key, token);
    for (const oldest of tokens.keys()) {
      if (tokens.size <= limit) break;
      tokens.delete(oldest);
    }
    return token;
  }

  return {
    async get(key, fetch, { signal, distrusted }) {
      const token = tokens.get(key);
      const refused =
        distrusted !== null && (token?.value === distrusted.value || (token?.obtainedAtMs ?? 0) < distrusted.sentAtMs);
      if (token !== undefined && now() < token.refreshAtMs && !refused) return token;
      return flights.run(key, (own) => renew(key, fetch, own), signal);
    },
  };
}
