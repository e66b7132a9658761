import type { DerivedWork, EventOutcome, GonePlacement, ManifestToWrite } from '@strata/catalog';
import type { Digest } from '@strata/oci';

/** What a tag was observed to point at, and the version of its row when the registry was asked. */
export interface ObservedTagVersion {
  readonly name: string;
  readonly version: number;
  /** Null: the registry has no such tag. */
  readonly digest: Digest | null;
}

/** Everything that one event has brought to light; nothing of it is written yet. */
export interface Discovery {
  readonly repository: string;
  readonly manifests: readonly ManifestToWrite[];
  /** Manifests that the catalog knew in this repository already, and that take part. */
  readonly known: ReadonlyMap<Digest, bigint>;
  /** Of those in `known`: the repository holds it, as its registry has just said, and that is news. */
  readonly placed: Digest | null;
  /** The registry, asked by digest, said that it no longer has this one. */
  readonly gone: Pick<GonePlacement, 'digest' | 'version'> | null;
  readonly tag: ObservedTagVersion | null;
  readonly derived: readonly DerivedWork[];
  readonly outcome: EventOutcome;
}

/** A discovery of nothing but an end. */
export function nothingBut(repository: string, outcome: EventOutcome): Discovery {
  return { repository, manifests: [], known: new Map(), placed: null, gone: null, tag: null, derived: [], outcome };
}
