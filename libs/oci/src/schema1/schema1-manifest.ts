import type { ImageSettings } from '../config/image-config.js';
import type { Digest } from '../digest.js';
import type { ManifestFacts } from '../manifest/manifest.js';
import type { Platform } from '../platform/platform.js';
import type { Schema1Signature } from './verify-signatures.js';

/**
 * An image in Docker's first format (distribution, manifest-v2-1.md): no config blob, no sizes, no uncompressed
 * digests; what a config would say stands as text in its history. `layers` and `history` have the same length and are
 * base first here, although the document lists the newest first.
 */
export interface Schema1Manifest extends ManifestFacts {
  readonly kind: 'schema1';
  /** The repository that it was made for; where it stands now may be another one. */
  readonly name: string | null;
  /** The tag that it was made for. */
  readonly tag: string | null;
  /** `linux` where no operating system is said: the format is older than any other. */
  readonly platform: Platform | null;
  readonly createdAt: Date | null;
  readonly author: string | null;
  /** How the newest step says that the image is run. */
  readonly settings: ImageSettings;
  readonly layers: readonly Schema1Layer[];
  readonly history: readonly Schema1Step[];
  readonly signature: Schema1Signature;
}

/** One blob. The document gives its digest and nothing else. */
export interface Schema1Layer {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Known only for Docker's empty layer, whose content is fixed. */
  readonly sizeBytes: number | null;
  /** The step changed no files: other formats have no layer in this place. */
  readonly throwaway: boolean;
}

/** One build step, with the layer in the same place. */
export interface Schema1Step {
  /** 64 hex digits; names the step, not its content. */
  readonly id: string;
  /** The id of the step below. */
  readonly parentId: string | null;
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly comment: string | null;
  readonly author: string | null;
  /** The JSON text of the step as it stands, for whoever converts it. */
  readonly v1Compatibility: string;
}
