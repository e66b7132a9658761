import type { Random } from './random.js';
import type { SeedContext } from './seed-context.js';
import { writeAttestation, writeIndex, writeReferrer } from './seed-indexes.js';
import { EMPTY_STACK, stackUp, writeLayer, type SeedLayer, type Stack } from './seed-layers.js';
import { TYPES, writeImage, type Family, type SeedImage, type SeedManifest } from './seed-manifests.js';
import type { PlatformChoice } from './seed-platforms.js';

/** One run of a builder: an image per platform, and what the tags of that run point at. */
export interface Build {
  readonly atMs: number;
  readonly top: SeedManifest;
  readonly images: readonly SeedImage[];
  /** Everything that the repository holds of it, children first. */
  readonly manifests: readonly SeedManifest[];
}

/** How one repository builds. */
export interface BuildStyle {
  readonly family: Family;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Writes an index even of one image, as BuildKit does. */
  readonly alwaysIndexes: boolean;
  readonly attests: boolean;
  readonly signs: boolean;
}

const MB = 1_000_000;

/** One in so many layers of a program is in its image twice. */
const REPEATED_OF = 50;

/** Writes one build of the given stacks, one per platform. */
export function writeBuild(
  context: SeedContext,
  random: Random,
  style: BuildStyle,
  build: {
    readonly choice: PlatformChoice;
    readonly stackOf: (platform: number) => Stack;
    readonly version: string;
    readonly atMs: number;
  },
): Build {
  const { family, title } = style;
  const { choice, version, atMs } = build;
  const revision = random.hex(40);
  const labels = {
    ...style.labels,
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': revision,
  };
  const annotations = family === 'oci' ? { 'org.opencontainers.image.revision': revision } : null;
  const images = choice.map((platform) =>
    writeImage(context, { family, platform, stack: build.stackOf(platform), atMs, title, labels, annotations }),
  );
  const attestations =
    style.attests && family === 'oci' ? images.map((image) => writeAttestation(context, random, image, atMs)) : [];
  const [first] = images;
  const isAlone = images.length === 1 && attestations.length === 0 && !style.alwaysIndexes;
  const top =
    isAlone && first !== undefined ? first : writeIndex(context, { family, choice, images, attestations, atMs });
  const referrers = style.signs
    ? (['signature', 'sbom'] as const).map((kind) => writeReferrer(context, random, top, { kind, atMs }))
    : [];
  const manifests = [...images, ...attestations, ...(top === first ? [] : [top]), ...referrers];
  return { atMs, top, images, manifests };
}

/** What one repository stacks on its bases, platform by platform: dependencies change seldom, the program always. */
export interface OwnLayers {
  stackOn(platform: number, base: Stack): Stack;
}

/** Opens it. */
export function openOwnLayers(
  context: SeedContext,
  random: Random,
  { family, usual }: { readonly family: Family; readonly usual: number },
): OwnLayers {
  const mediaType = TYPES[family].layer;
  const kept = new Map<number, { readonly base: Stack; readonly stack: Stack }>();
  const layers = (count: number, medianMb: number): readonly SeedLayer[] =>
    Array.from({ length: count }, () =>
      writeLayer(context, random, { mediaType, sizeBytes: random.skewed(medianMb * MB) }),
    );
  return {
    stackOn(platform, base) {
      const known = kept.get(platform);
      const isKept = known?.base === base && random.chance(0.75);
      const dependencies = isKept ? known.stack : stackUp(base, layers(usual - 1, 40));
      kept.set(platform, { base, stack: dependencies });
      const own = layers(1 + (random.chance(0.2) ? 1 : 0), 4);
      const again = own.filter(({ id }) => id % REPEATED_OF === 0); // a step that is run twice and changes nothing
      return stackUp(dependencies, [...own, ...again]);
    },
  };
}

/** A root filesystem: its big first layer, and the updates of this build. */
export function rootStack(rootLayer: SeedLayer, update: SeedLayer | null): Stack {
  return stackUp(EMPTY_STACK, update === null ? [rootLayer] : [rootLayer, update]);
}
