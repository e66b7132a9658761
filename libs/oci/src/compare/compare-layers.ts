import type { Digest } from '../digest.js';
import { sharedPrefixLength } from '../identity/shared-prefix.js';
import type { Descriptor } from '../manifest/descriptor.js';

/** What a layer must tell to be compared; a size that nobody knows is null. */
export interface ComparableLayer extends Pick<Descriptor, 'digest'> {
  readonly sizeBytes: number | null;
}

/** A layer that one image has and the other has not, or not as often. */
export interface LayerAt<Layer extends ComparableLayer> {
  /** From the base, beginning with 0. */
  readonly position: number;
  readonly layer: Layer;
}

/** A layer that both have, and where. */
export interface SharedLayer<Layer extends ComparableLayer> {
  readonly leftPosition: number;
  readonly rightPosition: number;
  /** As the left image describes it. */
  readonly layer: Layer;
}

/** Two stacks of layers beside each other. */
export interface LayerComparison<Layer extends ComparableLayer> {
  readonly shared: readonly SharedLayer<Layer>[];
  readonly onlyLeft: readonly LayerAt<Layer>[];
  readonly onlyRight: readonly LayerAt<Layer>[];
  /** Of the blobs that a registry stores and a client downloads once for both: a repeated layer counts once. */
  readonly sharedBytes: number;
  /** How many of the shared ones lie at the base in the same order, so that the unpacked snapshots are shared too. */
  readonly sharedPrefix: number;
}

/**
 * Compares layers by their blobs. A layer that stands several times is shared as often as both have it, the lowest with
 * the lowest; another position makes no difference to a blob, and is told.
 */
export function compareLayers<Layer extends ComparableLayer>(
  left: readonly Layer[],
  right: readonly Layer[],
): LayerComparison<Layer> {
  const unmatched = positionsByDigest(right);
  const shared: SharedLayer<Layer>[] = [];
  const onlyLeft: LayerAt<Layer>[] = [];
  left.forEach((layer, leftPosition) => {
    const rightPosition = unmatched.get(layer.digest)?.shift();
    if (rightPosition === undefined) onlyLeft.push({ position: leftPosition, layer });
    else shared.push({ leftPosition, rightPosition, layer });
  });
  const matched = new Set(shared.map(({ rightPosition }) => rightPosition));
  const onlyRight = right
    .map((layer, position) => ({ position, layer }))
    .filter(({ position }) => !matched.has(position));
  const blobs = new Map(shared.map(({ layer }) => [layer.digest, layer.sizeBytes ?? 0]));
  const sharedBytes = [...blobs.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  return { shared, onlyLeft, onlyRight, sharedBytes, sharedPrefix: sharedPrefixLength(digests(left), digests(right)) };
}

const digests = (layers: readonly ComparableLayer[]): readonly Digest[] => layers.map(({ digest }) => digest);

function positionsByDigest(layers: readonly ComparableLayer[]): Map<Digest, number[]> {
  const positions = new Map<Digest, number[]>();
  layers.forEach(({ digest }, position) => {
    const known = positions.get(digest);
    if (known === undefined) positions.set(digest, [position]);
    else known.push(position);
  });
  return positions;
}
