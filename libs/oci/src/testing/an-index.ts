import { MEDIA_TYPES } from '../media-types.js';
import { anAttestation } from './an-artifact.js';
import type { IndexFixture, ManifestFixture } from './fixture.js';
import { describe, platformWords, writeDocument } from './write-document.js';

/** One entry: what it points at, and what the index says about it where that differs from the usual. */
export interface EntryOptions {
  readonly manifest: ManifestFixture;
  /** Null leaves it out. */
  readonly platform?: string | null;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further fields of the entry, or others for it. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What an index should be like. */
export interface IndexOptions {
  /** In order; another index among them nests. */
  readonly entries: readonly (ManifestFixture | EntryOptions)[];
  readonly format?: 'oci' | 'docker';
  /** Adds BuildKit's attestation of each image behind the entries, in this form. */
  readonly attestations?: 'classic' | 'artifact';
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly subject?: ManifestFixture;
  /** Further fields of the index, or others for it. */
  readonly index?: Readonly<Record<string, unknown>>;
}

/** Makes an index, or a Docker manifest list, whose entries carry true digests and the platforms of their images. */
export function anIndex(options: IndexOptions): IndexFixture {
  const { format = 'oci', attestations, annotations, artifactType, subject } = options;
  const listed = options.entries.map((entry): EntryOptions => ('manifest' in entry ? entry : { manifest: entry }));
  const attested = listed.flatMap(({ manifest }) =>
    attestations && manifest.kind === 'image' ? [{ manifest: anAttestation(manifest, attestations) }] : [],
  );
  const entries = [...listed, ...attested];
  const mediaType = format === 'docker' ? MEDIA_TYPES.dockerList : MEDIA_TYPES.ociIndex;
  const document = {
    schemaVersion: 2,
    mediaType,
    ...(artifactType && { artifactType }),
    manifests: entries.map(writeEntry),
    ...(subject && { subject: describe(subject) }),
    ...(annotations && { annotations }),
    ...options.index,
  };
  const children = entries.map(({ manifest }) => manifest);
  return { kind: 'index', format, children, ...writeDocument(mediaType, document, format === 'docker' ? 3 : 0) };
}

function writeEntry(entry: EntryOptions): Record<string, unknown> {
  const { manifest } = entry;
  const usual = usualWords(manifest);
  const platform = entry.platform === undefined ? usual.platform : entry.platform;
  const annotations = entry.annotations ?? usual.annotations;
  return describe(manifest, {
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(platform !== null && { platform: platformWords(platform) }),
    ...entry.fields,
  });
}

function usualWords(manifest: ManifestFixture): {
  readonly platform: string | null;
  readonly annotations: Readonly<Record<string, string>>;
} {
  if (manifest.kind === 'artifact') return manifest.listedAs;
  return { platform: manifest.kind === 'image' ? manifest.platform : null, annotations: {} };
}
