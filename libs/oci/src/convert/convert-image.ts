import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';
import { MEDIA_TYPES } from '../media-types.js';
import type { ConversionLoss } from './conversion.js';
import { convertMediaType, type ManifestFamily } from './family.js';
import { writeFields, type FieldRule } from './write-fields.js';

/** Beside `urls`, what descriptors of blobs can say only in OCI's words. */
export const LOST_FROM_DESCRIPTORS = {
  annotations: "Docker's descriptors have no annotations",
  data: "Docker's descriptors carry no content",
  artifactType: "Docker's descriptors have no artifact type",
  platform: "only Docker's manifest lists name platforms",
} as const;

const MANIFEST: Readonly<Record<ManifestFamily, FieldRule>> = {
  docker: {
    keep: ['schemaVersion', 'mediaType', 'config', 'layers'],
    lost: {
      artifactType: "Docker's manifests have no artifact type",
      subject:
        "Docker's manifests have no subject: whoever asks for the referrers of that manifest does not find this one",
      annotations: "Docker's manifests have no annotations",
    },
  },
  oci: {
    keep: ['schemaVersion', 'mediaType', 'config', 'layers', 'annotations'],
    lost: {
      artifactType: 'it means nothing in a Docker manifest and would mean something in an OCI one',
      subject: 'it means nothing in a Docker manifest and would mean something in an OCI one',
    },
  },
};

const DESCRIPTOR: Readonly<Record<ManifestFamily, FieldRule>> = {
  docker: { keep: ['mediaType', 'digest', 'size', 'urls'], lost: LOST_FROM_DESCRIPTORS },
  oci: {
    keep: ['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'platform', 'artifactType'],
    lost: {},
  },
};

/**
 * Writes an image's manifest in the other family. The config keeps its bytes and digest: both families read the same
 * fields, and Docker's further ones are ignored (OCI image-spec 1.1, media-types.md, "Compatibility Matrix").
 */
export function convertImage(root: JsonObject, to: ManifestFamily, losses: ConversionLoss[]): JsonObject {
  const layers = isJsonArray(root.layers) ? root.layers : [];
  const blobLosses: ConversionLoss[] = [];
  const fresh = {
    schemaVersion: 2,
    mediaType: to === 'docker' ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.ociManifest,
    config: convertDescriptor(root.config, '$.config', to, blobLosses),
    layers: layers.map((layer, index) => convertDescriptor(layer, `$.layers[${index}]`, to, blobLosses)),
  };
  const written = writeFields(root, '$', MANIFEST[to], fresh, losses);
  losses.push(...blobLosses);
  return written;
}

function convertDescriptor(
  value: JsonValue | undefined,
  path: string,
  to: ManifestFamily,
  losses: ConversionLoss[],
): JsonValue {
  if (!isJsonObject(value) || typeof value.mediaType !== 'string') return value ?? null;
  const { mediaType, loss } = convertMediaType(value.mediaType, to);
  if (loss !== null) losses.push({ path: `${path}.mediaType`, reason: loss });
  return writeFields(value, path, DESCRIPTOR[to], { mediaType }, losses);
}
