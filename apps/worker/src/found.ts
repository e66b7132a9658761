import type { ClaimedEvent, FactOrigin, RepositoryRow, WrittenManifest } from '@strata/catalog';
import type { Digest } from '@strata/oci';
import type { Discovery } from './discovery.js';

/** One event with what it has brought to light. */
export interface Found {
  readonly event: ClaimedEvent;
  readonly discovery: Discovery;
}

/** How what is found comes to be known. */
export function originOf({ event }: Found): Exclude<FactOrigin, 'import'> {
  return event.crawlId === null ? 'event' : 'crawl';
}

/** The same, for writing: with the row of the repository that it is about. */
export interface Fact extends Found {
  readonly found: Found;
  readonly repository: RepositoryRow;
}

/** Manifests of one transaction, by digest. */
export type Written = ReadonlyMap<Digest, WrittenManifest>;

/** For what must be there, because it was written or read together with what names it; throws where it is not. */
export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a discovery names something that was not catalogued with them');
  return value;
}
