export { aLayer } from './testing/a-layer.js';
export { anArtifact, anAttestation } from './testing/an-artifact.js';
export type { ArtifactOptions } from './testing/an-artifact.js';
export { anImage } from './testing/an-image.js';
export type { ImageOptions } from './testing/an-image.js';
export { anIndex } from './testing/an-index.js';
export type { EntryOptions, IndexOptions } from './testing/an-index.js';
export { blobsOf, manifestsOf } from './testing/fixture.js';
export type {
  ArtifactFixture,
  BlobFixture,
  ImageFixture,
  IndexFixture,
  LayerFixture,
  ManifestFixture,
} from './testing/fixture.js';
