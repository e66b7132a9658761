import type { IndexEntry } from '../manifest/manifest.js';
import { formatPlatformName } from './platform-name.js';

/** Which entry of one index a client goes on with, and why. */
export interface EntryChoice {
  /** Null when the client finds nothing for its host. */
  readonly entry: IndexEntry | null;
  /** In words, naming entries as JSONPath has them: `manifests[2] (linux/arm/v6)`. */
  readonly reason: string;
}

const MAX_NAMED = 10;

/** Names an entry for a reason. */
export function nameEntry(entries: readonly IndexEntry[], entry: IndexEntry): string {
  const platform = entry.platform === null ? 'no platform' : formatPlatformName(entry.platform);
  return `manifests[${entries.indexOf(entry)}] (${entry.rawPlatform === null ? 'no platform' : platform})`;
}

/** Says that an index has nothing for a host, what else would have done, and what there is. */
export function nothingFor(wanted: readonly string[], entries: readonly IndexEntry[]): EntryChoice {
  const [host = 'this host', ...others] = wanted;
  const known = entries.flatMap(({ platform }) => (platform === null ? [] : [formatPlatformName(platform)]));
  const also = others.length === 0 ? '' : `, nor for what would also do (${listed(others)})`;
  const there = known.length === 0 ? 'names no platform' : `has ${listed([...new Set(known)])}`;
  return { entry: null, reason: `nothing in the index is for ${host}${also}; it ${there}` };
}

/** The first ten names. */
function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
