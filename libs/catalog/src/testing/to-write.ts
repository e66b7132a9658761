import { ManifestError, parseImageConfig, parseManifest } from '@strata/oci';
import type { ManifestFixture } from '@strata/oci/testing';
import type { ManifestToWrite } from '../image/manifest-to-write.js';

/** A made-up manifest as the worker would have fetched and understood it. */
export function toWrite(fixture: ManifestFixture): ManifestToWrite {
  const { bytes, mediaType, digest } = fixture;
  try {
    const manifest = parseManifest(bytes, { contentType: mediaType, digest });
    const config =
      fixture.kind === 'image' ? { ...fixture.config, parsed: parseImageConfig(fixture.config.bytes) } : null;
    return { status: 'valid', manifest, bytes, config, problems: [] };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const format = error.claimed.format ?? 'oci-image';
    return { status: 'invalid', digest, bytes, sizeBytes: bytes.length, mediaType, format, problems: error.problems };
  }
}
