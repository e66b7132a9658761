import type { ImageConfig } from '../config/image-config.js';
import { sharedPrefixLength } from './shared-prefix.js';

/**
 * Asks whether two images unpack to the same root filesystem, whatever the compression and format they are stored in:
 * their last ChainIDs are equal (OCI image-spec 1.1, config.md, "Layer ChainID"), which is to say their diff_ids.
 * Without a config, as in Docker schema 1, nothing is known and the answer is no.
 */
export function sameFilesystem(
  left: Pick<ImageConfig, 'diffIds'> | null,
  right: Pick<ImageConfig, 'diffIds'> | null,
): boolean {
  if (left === null || right === null) return false;
  const { length } = left.diffIds;
  return length === right.diffIds.length && sharedPrefixLength(left.diffIds, right.diffIds) === length;
}
