import { CEILINGS } from '../ceilings.js';
import { digestOf, type Digest } from '../digest.js';
import { isJsonObject, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import type { Descriptor } from '../manifest/descriptor.js';
import { ManifestError } from '../manifest/manifest-error.js';
import type { Manifest } from '../manifest/manifest.js';
import { parseManifest } from '../manifest/parse-manifest.js';
import {
  ConversionError,
  type Conversion,
  type ConversionLoss,
  type ConversionProblem,
  type ConvertibleChild,
  type KnownLayer,
} from './conversion.js';
import type { Schema1Manifest } from '../schema1/schema1-manifest.js';
import { convertImage } from './convert-image.js';
import { convertIndex, type KnownChild } from './convert-index.js';
import { familyOf, type ManifestFamily } from './family.js';
import { upgradeSchema1 } from './upgrade-schema1.js';

/** What to convert to, and how to look behind an index. */
export interface ConvertOptions {
  readonly to: ManifestFamily;
  /** The Content-Type of the bytes; null where there was none. */
  readonly contentType: string | null;
  /** Null for a manifest that nobody has. Asked only for manifests behind an index. */
  readonly childOf: (digest: Digest) => ConvertibleChild | null;
  /** What is known of a layer of schema 1, which names digests only; nothing unless said. */
  readonly layerOf?: (digest: Digest) => KnownLayer | null;
}

/**
 * Writes a manifest in the other family: the exact bytes and digest that would result, the same on every machine, with
 * everything that is lost. Children of an index come first, so that it carries their new digests. What is in the family
 * already keeps its bytes. Schema 1 becomes schema 2, or OCI, when all its layers are known from elsewhere. Signatures and
 * other referrers of a converted manifest still name the old digest.
 *
 * Throws `ManifestError` for bytes that are no manifest, and `ConversionError` with every reason why there is no such form.
 */
export function convertManifest(bytes: Uint8Array, options: ConvertOptions): Conversion {
  const problems: ConversionProblem[] = [];
  const work: Work = { ...options, problems, known: new Map() };
  const manifest = parseManifest(bytes, { contentType: options.contentType });
  const conversion = convertParsed(bytes, manifest, '$', 0, work);
  const [first, ...rest] = problems;
  if (first !== undefined) throw new ConversionError([first, ...rest]);
  if (conversion === null) throw new TypeError('a manifest has no other form without a problem that says why');
  return conversion;
}

interface Work extends ConvertOptions {
  readonly problems: ConversionProblem[];
  /** Children by digest: an index that stands in many places is converted once. */
  readonly known: Map<Digest, KnownChild | 'unknown' | 'broken'>;
}

/** Null, with a problem added, when there is no other form. `way` is the path of the manifest from the root. */
function convertParsed(
  bytes: Uint8Array,
  manifest: Manifest,
  way: string,
  depth: number,
  work: Work,
): Conversion | null {
  const { to } = work;
  if (manifest.kind === 'index') return convertIndexed(bytes, manifest, way, depth, work);
  if (manifest.kind === 'schema1') return convertSchema1(manifest, way, work);
  if (familyOf(manifest.format) === to) return asItIs(bytes, manifest, []);
  if (manifest.kind === 'artifact' && to === 'docker') {
    const message = "an artifact is no image, and Docker's format has nothing else";
    work.problems.push({ code: 'NOT_AN_IMAGE', message, path: way });
    return null;
  }
  const losses: ConversionLoss[] = [];
  return written(convertImage(rootOf(bytes), to, losses), manifest, losses, []);
}

/** Schema 2 comes first, and OCI is made of that. */
function convertSchema1(manifest: Schema1Manifest, way: string, work: Work): Conversion | null {
  const { document, config, missing, losses } = upgradeSchema1(manifest, work.layerOf ?? (() => null));
  if (document === null) {
    for (const { path, reason } of missing)
      work.problems.push({ code: 'SCHEMA1', message: reason, path: way + path.slice(1) });
    return null;
  }
  const target = work.to === 'oci' ? convertImage(document, 'oci', []) : document;
  return { ...written(target, manifest, losses, []), config };
}

function convertIndexed(
  bytes: Uint8Array,
  manifest: Extract<Manifest, { kind: 'index' }>,
  way: string,
  depth: number,
  work: Work,
): Conversion | null {
  if (depth >= CEILINGS.indexDepth) {
    const message = `indexes nest more than ${CEILINGS.indexDepth} deep`;
    work.problems.push({ code: 'TOO_DEEP', message, path: way });
    return null;
  }
  const before = work.problems.length;
  const { document, losses, children } = convertIndex({
    root: rootOf(bytes),
    manifest,
    to: work.to,
    childOf: ({ descriptor }, path) => lookAt(descriptor, way + path.slice(1), depth + 1, work),
    problem: (code, message, path) => work.problems.push({ code, message, path: way + path.slice(1) }),
  });
  if (work.problems.length > before) return null;
  return document === null ? asItIs(bytes, manifest, children) : written(document, manifest, losses, children);
}

function lookAt(
  { digest, mediaType }: Descriptor,
  way: string,
  depth: number,
  work: Work,
): KnownChild | 'unknown' | 'broken' {
  const before = work.known.get(digest);
  if (before !== undefined) return before;
  const found = open({ digest, mediaType }, way, depth, work);
  work.known.set(digest, found);
  return found;
}

function open(
  { digest, mediaType }: Pick<Descriptor, 'digest' | 'mediaType'>,
  way: string,
  depth: number,
  work: Work,
): KnownChild | 'unknown' | 'broken' {
  if (work.known.size >= CEILINGS.manifestsPerRoot) {
    const message = `there are more than ${CEILINGS.manifestsPerRoot} manifests behind one root`;
    if (!work.problems.some(({ code }) => code === 'TOO_MANY'))
      work.problems.push({ code: 'TOO_MANY', message, path: way });
    return 'broken';
  }
  const child = work.childOf(digest);
  if (child === null) return 'unknown';
  const manifest = parseChild(child.bytes, digest, mediaType, way, work);
  if (manifest === null) return 'broken';
  let conversion: Conversion | null | undefined;
  const convert = (): Conversion | null => {
    if (conversion === undefined) conversion = convertParsed(child.bytes, manifest, way, depth, work);
    return conversion;
  };
  return { manifest, platform: child.platform, convert };
}

function parseChild(bytes: Uint8Array, digest: Digest, mediaType: string, way: string, work: Work): Manifest | null {
  try {
    return parseManifest(bytes, { contentType: mediaType, digest });
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    work.problems.push({ code: 'CHILD_INVALID', message: error.message, path: way });
    return null;
  }
}

function asItIs(bytes: Uint8Array, manifest: Manifest, children: readonly Conversion[]): Conversion {
  const { digest, mediaType } = manifest;
  return {
    source: digest,
    mediaType,
    digest,
    bytes,
    config: null,
    lossless: children.every((child) => child.lossless),
    losses: [],
    children,
  };
}

/** One line without spaces, as `JSON.stringify` has it: the shortest form that every tool accepts. */
function written(
  document: JsonObject,
  manifest: Manifest,
  losses: readonly ConversionLoss[],
  children: readonly Conversion[],
): Conversion {
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    source: manifest.digest,
    mediaType: typeof document.mediaType === 'string' ? document.mediaType : manifest.mediaType,
    digest: digestOf(bytes),
    bytes,
    config: null,
    lossless: losses.length === 0 && children.every((child) => child.lossless),
    losses,
    children,
  };
}

/** The document again, with every field as it stands; it has been parsed, so it is an object. */
function rootOf(bytes: Uint8Array): JsonObject {
  const { value } = readJson(bytes);
  if (!isJsonObject(value)) throw new TypeError('a parsed manifest is no object');
  return value;
}
