import type { Digest } from '../digest.js';
import type { Platform } from '../platform/platform.js';

/** Something that the other format cannot say, or says differently. */
export interface ConversionLoss {
  /** JSONPath into the document that was converted. */
  readonly path: string;
  readonly reason: string;
}

/** A manifest in the other family. Nothing is pushed, and no blob changes; only the bytes of manifests do. */
export interface Conversion {
  /** Of the manifest that was converted. */
  readonly source: Digest;
  readonly mediaType: string;
  readonly digest: Digest;
  /** The document as it would be pushed; the source's own bytes where nothing had to change. */
  readonly bytes: Uint8Array;
  /** The config that has to be pushed with it, where the conversion made one, as from schema 1; else null. */
  readonly config: Uint8Array | null;
  /** Neither here nor in a child anything is lost. */
  readonly lossless: boolean;
  /** In document order; those of children stand with the children. */
  readonly losses: readonly ConversionLoss[];
  /** Of an index: one per manifest behind it that is known, in order. */
  readonly children: readonly Conversion[];
}

/** A manifest behind an index that is to be converted. */
export interface ConvertibleChild {
  readonly bytes: Uint8Array;
  /** What an image's config claims, for entries that name no platform. */
  readonly platform: Platform | null;
}

/** What other images have told about a layer that schema 1 only names. */
export interface KnownLayer {
  /** Compressed. */
  readonly sizeBytes: number;
  /** Of the uncompressed archive. */
  readonly diffId: Digest;
}

/** What can keep a manifest from being converted; stable words. */
export type ConversionProblemCode =
  'NOT_AN_IMAGE' | 'SCHEMA1' | 'CHILD_UNKNOWN' | 'CHILD_INVALID' | 'PLATFORM_UNKNOWN' | 'TOO_DEEP' | 'TOO_MANY';

/** One obstacle, for people and for programs. */
export interface ConversionProblem {
  readonly code: ConversionProblemCode;
  readonly message: string;
  /** JSONPath into the root; what stands inside a child is named by the way there. */
  readonly path: string;
}

/** Says that a manifest has no form in the other family, with every reason. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
  constructor(readonly problems: readonly [ConversionProblem, ...ConversionProblem[]]) {
    super(problems.map(({ code, message, path }) => `${code} at ${path}: ${message}`).join('; '));
  }
}
