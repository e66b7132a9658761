import type { ManifestFamily } from '../convert/family.js';
import type { Digest } from '../digest.js';
import type { JsonObject } from '../json/json-value.js';
import { inGoOrder, writeGoJson } from '../json/write-go-json.js';
import { ManifestError } from '../manifest/manifest-error.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import { MEDIA_TYPES } from '../media-types.js';
import { normalizePlatform, type PlatformWords } from '../platform/normalize-platform.js';
import { formatPlatformName } from '../platform/platform-name.js';
import { AssemblyError, type AddProblem, type AssemblyProblem } from './assembly-error.js';
import { memberEntries, type IndexMember, type MemberEntry } from './index-members.js';

/** What an index is made of. */
export interface AssembleOptions {
  /** In order: of several entries that a client could run equally well it takes the first. */
  readonly members: readonly IndexMember[];
  readonly family: ManifestFamily;
  /** Of the index; OCI only. */
  readonly annotations?: ReadonlyMap<string, string>;
}

/** An index as it would be pushed. */
export interface AssembledIndex {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/**
 * Combines images into an index, byte for byte as `docker manifest create` and `annotate` write it for members in this
 * order; annotations, which these do not know, stand where OCI has them. Throws `AssemblyError` with everything that is
 * wrong; what results can be parsed and holds every platform once.
 */
export function assembleIndex(options: AssembleOptions): AssembledIndex {
  const { members, family, annotations = new Map<string, string>() } = options;
  const problems: AssemblyProblem[] = [];
  const problem: AddProblem = (code, message, path) => problems.push({ code, message, path });
  if (members.length === 0) problem('NO_MEMBERS', 'an index needs a member', '$.members');
  if (family === 'docker' && annotations.size > 0)
    problem('NO_ANNOTATIONS', 'a Docker list has no annotations; an OCI index has', '$.annotations');
  const entries = members.flatMap((member, at) => memberEntries(member, `$.members[${at}]`, family, problem));
  checkDuplicates(entries, problem);
  throwIfAny(problems);
  const mediaType = family === 'docker' ? MEDIA_TYPES.dockerList : MEDIA_TYPES.ociIndex;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: entries.map(writeEntry),
    ...(annotations.size > 0 && { annotations: inGoOrder(annotations) }),
  };
  const bytes = writeGoJson(document, 3);
  return { mediaType, digest: digestOfValid(bytes, mediaType, problem, problems), bytes };
}

const ZSTD_INSTANCE = 'io.github.containers.compression.zstd';

/** The same platform may stand a second time only for clients that prefer zstd, which the annotation tells. */
function checkDuplicates(entries: readonly MemberEntry[], problem: AddProblem): void {
  const first = new Map<string, string>();
  for (const { descriptor, platform, path } of entries) {
    const normal = platform && normalizePlatform(platform);
    if (normal === null) continue;
    const name = formatPlatformName(normal);
    const key = JSON.stringify([name, normal.osFeatures, descriptor.annotations.get(ZSTD_INSTANCE)]);
    const before = first.get(key);
    if (before === undefined) first.set(key, path);
    else problem('DUPLICATE_PLATFORM', `${name} is what ${before} is for already`, path);
  }
}

/** Docker's order of fields, with OCI's further ones where OCI's tools have them. */
function writeEntry({ descriptor, platform, rawPlatform }: MemberEntry): JsonObject {
  const { mediaType, digest, sizeBytes, artifactType, annotations } = descriptor;
  const words = platform ?? rawPlatform;
  return {
    mediaType,
    size: sizeBytes,
    digest,
    ...(annotations.size > 0 && { annotations: inGoOrder(annotations) }),
    ...(words !== null && { platform: writePlatform(words) }),
    ...(artifactType !== null && { artifactType }),
  };
}

function writePlatform({ os, architecture, variant, osVersion, osFeatures }: PlatformWords): JsonObject {
  return {
    architecture: architecture ?? '',
    os: os ?? '',
    ...(osVersion && { 'os.version': osVersion }),
    ...(osFeatures?.length && { 'os.features': osFeatures }),
    ...(variant && { variant }),
  };
}

/** The parser knows every ceiling on what a document may hold, so it has the last word. */
function digestOfValid(
  bytes: Uint8Array,
  contentType: string,
  problem: AddProblem,
  problems: readonly AssemblyProblem[],
): Digest {
  try {
    return parseManifest(bytes, { contentType }).digest;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    for (const { message, path } of error.problems) problem('INVALID', message, path ?? '$');
    throwIfAny(problems);
    throw error;
  }
}

function throwIfAny(problems: readonly AssemblyProblem[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new AssemblyError([first, ...rest]);
}
