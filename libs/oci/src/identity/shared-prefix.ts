import type { Digest } from '../digest.js';

/**
 * How many layers two images have in common from the base up: where their chains are equal (see `chainIds`). Of
 * compressed digests it counts blobs that a client has already; of diff_ids, snapshots that it has unpacked already.
 */
export function sharedPrefixLength(left: readonly Digest[], right: readonly Digest[]): number {
  const length = left.findIndex((digest, position) => digest !== right[position]);
  return length < 0 ? left.length : length;
}

/** Asks whether an image is built on another: all layers of the base, and at least one more. */
export function isBasedOn(layers: readonly Digest[], base: readonly Digest[]): boolean {
  return base.length > 0 && base.length < layers.length && sharedPrefixLength(base, layers) === base.length;
}
