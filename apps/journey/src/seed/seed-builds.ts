import type { Random } from './random.js';
import { writeAttestation, writeReferrers, writeTaggedSignature, type Companion } from './seed-artifacts.js';
import type { SeedContext } from './seed-context.js';
import { writeIndex } from './seed-indexes.js';
import { EMPTY_STACK, stackUp, writeLayer, type SeedLayer, type Stack } from './seed-layers.js';
import { TYPES, writeImage, type Family, type SeedImage, type SeedManifest } from './seed-manifests.js';
import type { PlatformChoice } from './seed-platforms.js';
import type { BuildStyle } from './seed-style.js';

/** One run of a builder: an image per platform, and what the tags of that run point at. */
export interface Build {
  readonly atMs: number;
  readonly top: SeedManifest;
  readonly images: readonly SeedImage[];
  /** Everything that the repository holds of it, children first. */
  readonly manifests: readonly SeedManifest[];
  /** One of them that the repository tags beside `top`. */
  readonly companion: Companion | null;
}

const MB = 1_000_000;

/** One in so many layers of a program is in its image twice. */
const REPEATED_OF = 50;

/** What one run is given beside the habits of its repository. */
interface BuildParts {
  readonly choice: PlatformChoice;
  readonly stackOf: (platform: number) => Stack;
  readonly version: string;
  readonly atMs: number;
}

/** Writes one build of the given stacks, one per platform. */
export function writeBuild(context: SeedContext, random: Random, style: BuildStyle, build: BuildParts): Build {
  const { family, annotations, alwaysIndexes, attests, signs } = style;
  const { choice, atMs } = build;
  const images = writeImages(context, style, build, random.hex(40));
  const [first] = images;
  if (first === undefined) throw new Error('a build is for some platform');
  const isAlone = images.length === 1 && !alwaysIndexes;
  const attested = isAlone || attests.length === 0 ? [] : images;
  const attestations = attested.map((image) => writeAttestation(context, random, image, { predicates: attests, atMs }));
  const top = isAlone ? first : writeIndex(context, { family, choice, images, attestations, annotations, atMs });
  const referrers = signs === 'referrers' ? writeReferrers(context, random, top, atMs) : [];
  const companion = signs === 'tags' ? writeTaggedSignature(context, random, top, atMs) : null;
  const signatures = companion === null ? referrers : [companion.manifest];
  const manifests = [...images, ...attestations, ...(isAlone ? [] : [top]), ...signatures];
  return { atMs, top, images, manifests, companion };
}

function writeImages(
  context: SeedContext,
  { family, title, user, ...style }: BuildStyle,
  { choice, stackOf, version, atMs }: BuildParts,
  revision: string,
): readonly SeedImage[] {
  const labels = {
    ...style.labels,
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': revision,
  };
  const annotations = family === 'oci' ? { ...style.annotations, 'org.opencontainers.image.revision': revision } : null;
  return choice.map((platform) =>
    writeImage(context, { family, platform, stack: stackOf(platform), atMs, title, labels, annotations, user }),
  );
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
