import { parseImageConfig } from '../config/parse-image-config.js';
import type { Digest } from '../digest.js';
import { sameFilesystem } from '../identity/same-filesystem.js';
import { compareConfigs, type FieldChange } from './compare-configs.js';
import { compareLayers, type ComparableLayer, type LayerComparison } from './compare-layers.js';

/** What is known of an image when it is compared. */
export interface ComparableImage<Layer extends ComparableLayer = ComparableLayer> {
  /** Of its manifest. */
  readonly digest: Digest;
  /** Base first. */
  readonly layers: readonly Layer[];
  /** The bytes of its config; null where there is none or nobody has it. */
  readonly config: Uint8Array | null;
}

/** Two images beside each other. */
export interface ImageComparison<Layer extends ComparableLayer = ComparableLayer> extends LayerComparison<Layer> {
  /** The manifests are the same bytes. */
  readonly identical: boolean;
  /** They unpack to the same files, although the manifests may differ; false where a config is missing. */
  readonly sameFilesystem: boolean;
  /** Empty where a config is missing, because then nothing can be said. */
  readonly configChanges: readonly FieldChange[];
}

/** Compares two images. Throws `ManifestError` for a config that cannot be read. */
export function compareImages<Layer extends ComparableLayer>(
  left: ComparableImage<Layer>,
  right: ComparableImage<Layer>,
): ImageComparison<Layer> {
  const layers = compareLayers(left.layers, right.layers);
  if (left.digest === right.digest) return { identical: true, sameFilesystem: true, configChanges: [], ...layers };
  const [one, other] = [left.config && parseImageConfig(left.config), right.config && parseImageConfig(right.config)];
  const configChanges = left.config && right.config ? compareConfigs(left.config, right.config) : [];
  return { identical: false, sameFilesystem: sameFilesystem(one, other), configChanges, ...layers };
}
