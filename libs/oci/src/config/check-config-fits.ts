import type { ImageManifest } from '../manifest/manifest.js';
import type { Problem } from '../manifest/manifest-error.js';
import type { ImageConfig } from './image-config.js';

/**
 * Says what does not fit between an image and its config: as many layers as diff_ids, in the same order (OCI image-spec
 * 1.1, config.md, "rootfs"). Paths are those of the config. Empty when all is well.
 */
export function checkConfigFits(
  { layers }: Pick<ImageManifest, 'layers'>,
  { diffIds }: Pick<ImageConfig, 'diffIds'>,
): readonly Problem[] {
  if (layers.length === diffIds.length) return [];
  const message = `the config has ${diffIds.length} diff_ids, and the image ${layers.length} layers`;
  return [{ code: 'COUNT', message, path: '$.rootfs.diff_ids' }];
}
