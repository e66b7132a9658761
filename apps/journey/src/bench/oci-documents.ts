import { generateKeyPairSync } from 'node:crypto';
import { CEILINGS, MEDIA_TYPES } from '@strata/oci';
import { aSchema1Image } from '@strata/oci/testing';

/** A document that costs as much as one of its kind may. */
export interface WorstDocument {
  readonly name: string;
  readonly kind: 'manifest' | 'config';
  readonly bytes: Uint8Array;
}

const digest = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
const layer = (index: number) => ({
  mediaType: MEDIA_TYPES.ociLayerGzip,
  digest: digest(index),
  size: index,
  annotations: { 'org.example.a': 'b' },
});
const IMAGE = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.ociManifest,
  config: { mediaType: MEDIA_TYPES.ociConfig, digest: digest(0), size: 1 },
  layers: [layer(1)],
};
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const written = (document: object): Uint8Array => Buffer.from(JSON.stringify(document));

/** One string of so many bytes in all, in a field that means nothing. */
function filled(document: object): Uint8Array {
  const bare = JSON.stringify({ ...document, x: '' }).length;
  return written({ ...document, x: 'x'.repeat(CEILINGS.manifestBytes - bare) });
}

/** As many towers of the full depth as the ceiling on values allows, side by side. */
function deep(): Uint8Array {
  const depth = CEILINGS.jsonDepth - 2; // the root and the array
  const tower = `${'{"x":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
  const count = Math.floor((CEILINGS.jsonValues - 100) / depth);
  return Buffer.from(JSON.stringify({ ...IMAGE, x: 0 }).replace('"x":0', `"x":[${many(count, () => tower).join()}]`));
}

/** Each at a ceiling: size, layers, entries, depth, values, keys, signatures, history. */
export function worstDocuments(): readonly WorstDocument[] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const entry = (index: number) => ({
    ...layer(index),
    mediaType: MEDIA_TYPES.ociManifest,
    platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  });
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: many(CEILINGS.indexChildren, entry) };
  const config = {
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: many(CEILINGS.descriptors, digest) },
    history: many(CEILINGS.descriptors, () => ({ created: '2026-01-02T03:04:05Z', created_by: 'x'.repeat(200) })),
  };
  const schema1 = aSchema1Image({ layers: many(9_000, () => null), signedBy: [{ privateKey, algorithm: 'ES256' }] });
  const manifest = (name: string, bytes: Uint8Array): WorstDocument => ({ name, kind: 'manifest', bytes });
  return [
    manifest('4 MiB in one string', filled(IMAGE)),
    manifest('4 MiB with 10,000 layers', filled({ ...IMAGE, layers: many(CEILINGS.descriptors, layer) })),
    manifest('4 MiB with 1,000 entries', filled(index)),
    manifest('depth 64, 150,000 values', deep()),
    manifest('150,000 empty objects', written({ ...IMAGE, x: many(CEILINGS.jsonValues - 100, () => ({})) })),
    manifest('150,000 keys', written({ ...IMAGE, x: Object.fromEntries(many(149_000, (at) => [`key${at}`, 0])) })),
    manifest('schema 1 with 9,000 steps, signed', schema1.bytes),
    { name: 'config with 10,000 diff_ids and steps', kind: 'config', bytes: written(config) },
  ];
}
