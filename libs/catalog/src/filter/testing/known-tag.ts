import type { Digest } from '@strata/oci';

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
  readonly isDerivedFrom: (base: string) => boolean;
  readonly pushedAt: Date;
  readonly totalBytes: bigint;
}
