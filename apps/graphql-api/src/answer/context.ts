import type { Catalog } from '@strata/catalog';
import type { Caller } from '../caller/caller.js';
import type { Maker } from '../making/maker.js';
import type { Transport } from '../limits/transport.js';
import type { Turn } from './turnstile.js';
import { keyOfArgs } from './key-of-args.js';

/** What every resolver is given: made anew for each request, so that what it remembers ends with it. */
export interface ApiContext {
  readonly catalog: Catalog;
  readonly transport: Transport;
  readonly caller: Caller;
  /** The way to write to registries; see `apps/graphql-api/src/making`. */
  readonly maker: Maker;
  /** The catalog for mutations; what only reads is given none that takes writes. */
  readonly writes: Catalog;
}

/** What Mercurius is given besides. */
export interface AskedContext extends ApiContext {
  /** The question's place among those that are answered at once. */
  readonly turn: Turn;
}

declare module 'mercurius' {
  interface MercuriusContext {
    readonly transport: Transport;
    readonly caller: Caller;
    readonly turn: Turn;
  }
}

/**
 * Makes a value once per request, such as a loader that gathers the ids which one answer needs into one statement.
 * Nested fields read only through these; the spec of statement counts holds every one of them to it.
 */
export function perRequest<T>(make: (context: ApiContext) => T): (context: ApiContext) => T {
  const requests = new WeakMap<ApiContext, T>();
  return (context) => {
    const known = requests.get(context);
    if (known !== undefined) return known;
    const fresh = make(context);
    requests.set(context, fresh);
    return fresh;
  };
}

/** As `perRequest`, one value per distinct arguments: the same field may be asked twice in one request. */
export function perRequestAndArgs<Args, T>(
  make: (context: ApiContext, args: Args) => T,
): (context: ApiContext, args: Args) => T {
  const requests = new WeakMap<ApiContext, Map<string, T>>();
  return (context, args) => {
    const made = requests.get(context) ?? new Map<string, T>();
    requests.set(context, made);
    const key = keyOfArgs(args);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(context, args);
    made.set(key, fresh);
    return fresh;
  };
}
