import type { Digest } from '@strata/oci';
import type { ArtifactKind, FindingKind } from '../../stored-words.js';

/** One tag as the oracle sees it. */
export interface KnownTag {
  readonly registry: string;
  readonly repository: string;
  readonly name: string;
  readonly reference: string;
  readonly platforms: readonly string[];
  readonly format: 'oci_image' | 'oci_index' | 'docker_schema2';
  readonly mediaType: string;
  readonly digest: Digest;
  /** Of every image that it reaches. */
  readonly layers: readonly Digest[];
  /** Of each image that it reaches. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Of everything that refers to it or to something in it. */
  readonly referrerTypes: readonly string[];
  /** Of everything that stands beside it or beside something in it. */
  readonly attestations: readonly ArtifactKind[];
  /** Of each image that it reaches; empty where it says none. */
  readonly users: readonly string[];
  readonly layerMediaTypes: readonly string[];
  /** Of the base that has gone on furthest, tagged in another repository. */
  readonly basesBehind: number;
  readonly findings: readonly FindingKind[];
  readonly isDerivedFrom: (base: string, asOf: Date | null) => boolean;
  readonly pushedAt: Date;
  readonly totalBytes: bigint;
}
