import { familyOfMediaType, type ManifestFamily } from '../convert/family.js';
import type { Descriptor } from '../manifest/descriptor.js';
import type { IndexEntry, IndexManifest, Manifest } from '../manifest/manifest.js';
import { rawPlatformWords } from '../platform/platform-words.js';
import type { AddProblem } from './assembly-error.js';
import {
  configPlatformWords,
  overridePlatform,
  type PlatformOverride,
  type WrittenPlatform,
} from './member-platform.js';
import type { PlatformWords } from '../platform/normalize-platform.js';

/** One image that is to stand in an index, or an index whose entries are. */
export interface IndexMember extends PlatformOverride {
  readonly manifest: Manifest;
  /** The bytes of its config, which say where it runs unless overridden; null where there is none or nobody has it. */
  readonly config: Uint8Array | null;
  /** Of the entry; in an OCI index only. */
  readonly annotations?: ReadonlyMap<string, string>;
}

/** An entry on its way into the index; `platform` is null for what is not run. */
export interface MemberEntry {
  readonly descriptor: Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes' | 'artifactType' | 'annotations'>;
  readonly platform: WrittenPlatform | null;
  /** As it stood in the index that it comes from, for what is not run; null for images. */
  readonly rawPlatform: PlatformWords | null;
  /** JSONPath into the input. */
  readonly path: string;
}

/** The entries that a member contributes; fewer, with problems added, where something is wrong with it. */
export function memberEntries(
  member: IndexMember,
  path: string,
  family: ManifestFamily,
  problem: AddProblem,
): readonly MemberEntry[] {
  if (family === 'docker' && (member.annotations?.size ?? 0) > 0)
    problem('NO_ANNOTATIONS', 'a Docker list has no annotations; an OCI index has', `${path}.annotations`);
  const { manifest } = member;
  switch (manifest.kind) {
    case 'image':
      return imageEntry(member, manifest, path, family, problem);
    case 'index':
      return indexEntries(member, manifest, path, family, problem);
    case 'schema1':
      problem('SCHEMA1', 'Docker schema 1 stands in no index: clients no longer take it', path);
      return [];
    case 'artifact':
      problem('NOT_AN_IMAGE', 'it is an artifact, and no client could choose it', path);
      return [];
  }
}

function imageEntry(
  member: IndexMember,
  manifest: Manifest,
  path: string,
  family: ManifestFamily,
  problem: AddProblem,
): readonly MemberEntry[] {
  checkFamily(manifest.mediaType, family, path, problem);
  const platform = overridePlatform(configPlatformWords(member.config), member, path, problem);
  const { mediaType, digest, sizeBytes } = manifest;
  const annotations = member.annotations ?? new Map<string, string>();
  const descriptor = { mediaType, digest, sizeBytes, artifactType: null, annotations };
  return platform === null ? [] : [{ descriptor, platform, rawPlatform: null, path }];
}

/** An index gives its entries, as `docker buildx imagetools create` has it; Docker's lists take only the images. */
function indexEntries(
  member: IndexMember,
  { entries }: IndexManifest,
  path: string,
  family: ManifestFamily,
  problem: AddProblem,
): readonly MemberEntry[] {
  const images = entries.filter(({ kind }) => kind === 'platform');
  const overrides = member.platform !== undefined || (member.osFeatures?.length ?? 0) > 0;
  if (overrides && images.length !== 1) {
    const message = `it is an index of ${images.length} images, so that one platform cannot be said of it`;
    problem('AMBIGUOUS_OVERRIDE', message, `${path}.platform`);
    return [];
  }
  return entries.flatMap((entry, position) =>
    indexedEntry(member, entry, `${path}.manifests[${position}]`, family, problem),
  );
}

function indexedEntry(
  member: IndexMember,
  { descriptor, kind, rawPlatform }: IndexEntry,
  path: string,
  family: ManifestFamily,
  problem: AddProblem,
): readonly MemberEntry[] {
  if (kind === 'index') {
    problem('NESTED_INDEX', 'it is an index inside an index: name what it holds as members of their own', path);
    return [];
  }
  const words = rawPlatformWords(rawPlatform);
  if (kind !== 'platform') return family === 'docker' ? [] : [{ descriptor, platform: null, rawPlatform: words, path }];
  checkFamily(descriptor.mediaType, family, path, problem);
  const platform = overridePlatform(words ?? {}, member, path, problem);
  const own = family === 'docker' ? [] : descriptor.annotations;
  const annotations = new Map([...own, ...(member.annotations ?? [])]);
  return platform === null ? [] : [{ descriptor: { ...descriptor, annotations }, platform, rawPlatform: null, path }];
}

const NAMES = { docker: 'Docker list', oci: 'OCI index' } as const;

function checkFamily(mediaType: string, family: ManifestFamily, path: string, problem: AddProblem): void {
  const own = familyOfMediaType(mediaType);
  if (own === family) return;
  const rest = own === null ? 'convert it first' : `convert it, or assemble a ${NAMES[own]}`;
  problem('MIXED_FAMILIES', `${mediaType} in a ${NAMES[family]}: ${rest}`, path);
}
