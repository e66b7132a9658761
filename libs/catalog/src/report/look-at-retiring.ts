import type { RetiringTag } from '@strata/report';
import {
  ConversionError,
  convertManifest,
  parseManifest,
  registryVerdicts,
  type Conversion,
  type Digest,
  type Manifest,
} from '@strata/oci';
import { findManifestTree, TreeTooLargeError, type ManifestWithDocument } from '../image/find-manifest-tree.js';
import type { Sql } from '../open-catalog.js';

/** Manifests that one report parses: what would break is much the same for those behind them. */
export const MAX_LOOKED_AT = 500;

type Look = Pick<RetiringTag, 'refusedBy' | 'conversion'>;

/**
 * Says of the manifests that most tags point at which well-known registries refuse them, and what a conversion to OCI
 * would lose. `manifestIds` has one id per tag; of more than `MAX_LOOKED_AT` distinct ones, the rest is not looked at.
 */
export async function lookAtRetiring(db: Sql, manifestIds: readonly bigint[]): Promise<ReadonlyMap<bigint, Look>> {
  const tags = new Map<bigint, number>();
  for (const id of manifestIds) tags.set(id, (tags.get(id) ?? 0) + 1);
  const chosen = [...tags].sort(([, one], [, other]) => other - one).slice(0, MAX_LOOKED_AT);
  const looks = new Map<bigint, Look>();
  for (const [id] of chosen) looks.set(id, await lookAt(db, id));
  return looks;
}

async function lookAt(db: Sql, id: bigint): Promise<Look> {
  try {
    const tree = [...(await findManifestTree(db, id)).values()];
    const root = tree.find((each) => each.id === id);
    if (root === undefined || root.bytes === null || !root.isValid)
      return cannot('its document could not be understood');
    const parsed = new Map(tree.flatMap(parse));
    const manifest = parsed.get(root.digest)?.manifest;
    if (manifest === undefined) return cannot('its document could not be understood');
    const behind = [...parsed.values()].flatMap((each) => (each.manifest === manifest ? [] : [each.manifest]));
    const refusing = registryVerdicts(manifest, behind).filter(({ accepted }) => accepted === 'no');
    const conversion = convert(root.bytes, root.mediaType, parsed);
    return { refusedBy: refusing.map(({ registry }) => registry), conversion };
  } catch (error) {
    if (error instanceof TreeTooLargeError) return cannot(error.message);
    throw error;
  }
}

function cannot(reason: string): Look {
  return { refusedBy: null, conversion: { mediaType: null, isLossless: false, reasons: [reason] } };
}

interface Parsed {
  readonly bytes: Uint8Array;
  readonly platform: ManifestWithDocument['platform'];
  readonly manifest: Manifest;
}

/** Documents were checked when they came in; one that was not valid then says nothing here. */
function parse({ bytes, isValid, mediaType, platform, digest }: ManifestWithDocument): readonly [Digest, Parsed][] {
  if (!isValid || bytes === null) return [];
  return [[digest, { bytes, platform, manifest: parseManifest(bytes, { contentType: mediaType }) }]];
}

function convert(
  bytes: Uint8Array,
  contentType: string,
  known: ReadonlyMap<Digest, Parsed>,
): NonNullable<RetiringTag['conversion']> {
  try {
    const childOf = (digest: Digest): Parsed | null => known.get(digest) ?? null;
    const converted = convertManifest(bytes, { to: 'oci', contentType, childOf });
    const { mediaType, lossless } = converted;
    return { mediaType, isLossless: lossless, reasons: [...new Set(lossesOf(converted))] };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const reasons = [...new Set(error.problems.map(({ message }) => message))];
    return { mediaType: null, isLossless: false, reasons };
  }
}

function lossesOf({ losses, children }: Conversion): readonly string[] {
  return [...losses.map(({ reason }) => reason), ...children.flatMap(lossesOf)];
}
