import { askRegistry, type Question, type Tools } from '../ask-registry.js';
import { LIMITS } from '../limits.js';
import type { ListOptions, Registry } from '../registry.js';
import { listNames, type Listing } from './list-names.js';
import { listReferrers } from './list-referrers.js';

/** Runs a conversation in its turn and under its time limit. */
export type InTurn = <T>(signal: AbortSignal | undefined, talk: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Opens the lists of one registry, with what is learned about it on the way. */
export function openListings(
  tools: Tools,
  inTurn: InTurn,
): Pick<Registry, 'listRepositories' | 'listTags' | 'listReferrers'> {
  const pageSizes = { catalog: { count: LIMITS.pageNames }, tags: { count: LIMITS.pageNames } };
  const memory = { lackedAtMs: null };

  function list(resource: Extract<Question['resource'], { readonly kind: Listing['kind'] }>, options: ListOptions) {
    const { after, signal } = options;
    const question = {
      method: 'GET',
      resource,
      accept: 'application/json',
      ceilingBytes: LIMITS.listingBytes,
    } as const;
    const ask = (query: string) => inTurn(signal, (limited) => askRegistry(tools, { ...question, query }, limited));
    return listNames(tools, { kind: resource.kind, ask, pageSize: pageSizes[resource.kind] }, after);
  }

  return {
    listRepositories: (options = {}) => list({ kind: 'catalog' }, options),
    listTags: (repository, options = {}) => list({ kind: 'tags', repository }, options),
    listReferrers: (repository, digest, { artifactType = null, signal } = {}) =>
      listReferrers(tools, {
        repository,
        digest,
        artifactType,
        memory,
        ask: (question) => inTurn(signal, (limited) => askRegistry(tools, question, limited)),
      }),
  };
}
