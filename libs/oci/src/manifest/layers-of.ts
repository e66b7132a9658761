import type { Digest } from '../digest.js';
import type { Manifest } from './manifest.js';

/** What is known of a layer whatever the format of its image. */
export interface Layer {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Compressed. Null in schema 1, which names no sizes. */
  readonly sizeBytes: number | null;
}

/** The layers of an image of any format, base first, repeats included; none for what is no image. */
export function layersOf(manifest: Manifest): readonly Layer[] {
  switch (manifest.kind) {
    case 'image':
    case 'schema1':
      return manifest.layers;
    case 'index':
    case 'artifact':
      return [];
  }
}
