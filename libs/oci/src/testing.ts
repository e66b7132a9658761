export { aLayer } from './testing/a-layer.js';
export { EMPTY_LAYER, aSchema1Image, withSignatures } from './testing/a-schema1-image.js';
export type { Schema1Fixture, Schema1Options, Signer } from './testing/a-schema1-image.js';
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
