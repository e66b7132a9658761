import type { Digest } from '@strata/oci';
import { manifestsOf, type ImageFixture, type ManifestFixture } from '@strata/oci/testing';
import type { DemoPush } from './demo-content.js';

/** What a tag must be seen to point at. */
export interface ExpectedTag {
  readonly digest: Digest;
  /** Canonical names, sorted. */
  readonly platforms: readonly string[];
}

/** What the catalog must say about what was pushed, worked out from the content alone. */
export interface ExpectedAnswers {
  /** By `repository:tag`. */
  readonly tags: ReadonlyMap<string, ExpectedTag>;
  /** The `repository:tag` of those without any arm64, sorted. */
  readonly lackingArm64: readonly string[];
  /** The layer that most images have. */
  readonly sharedLayer: Digest;
  /** The digests of its images, sorted. */
  readonly sharedBy: readonly Digest[];
}

/** Works it out; a tag that comes twice stands where it was put last. */
export function expectedAnswers(pushes: readonly DemoPush[]): ExpectedAnswers {
  const tags = new Map(
    pushes.flatMap(({ repository, tag, manifest }) =>
      tag === null
        ? []
        : [[`${repository}:${tag}`, { digest: manifest.digest, platforms: platformsOf(manifest) }] as const],
    ),
  );
  const lacking = [...tags].filter(([, { platforms }]) => !platforms.includes('linux/arm64'));
  const [sharedLayer, sharedBy] = mostShared(pushes);
  return { tags, lackingArm64: lacking.map(([name]) => name).sort(), sharedLayer, sharedBy };
}

function platformsOf(manifest: ManifestFixture): readonly string[] {
  const names = imagesOf(manifest).map(({ platform }) => canonical(platform));
  return [...new Set(names)].sort();
}

/** The only spelling of ours that is not canonical; spelled out here, so that the product is checked by something else. */
function canonical(platform: string): string {
  return platform === 'linux/arm64/v8' ? 'linux/arm64' : platform;
}

function imagesOf(manifest: ManifestFixture): readonly ImageFixture[] {
  return manifestsOf(manifest).filter((each) => each.kind === 'image');
}

function mostShared(pushes: readonly DemoPush[]): readonly [Digest, readonly Digest[]] {
  const images = new Map(pushes.flatMap(({ manifest }) => imagesOf(manifest)).map((image) => [image.digest, image]));
  const users = new Map<Digest, Set<Digest>>();
  for (const image of images.values()) {
    for (const { digest } of image.layers) users.set(digest, (users.get(digest) ?? new Set()).add(image.digest));
  }
  const [first] = [...users].sort(([a, aUsers], [b, bUsers]) => bUsers.size - aUsers.size || (a < b ? -1 : 1));
  if (first === undefined) throw new TypeError('nothing that was pushed has a layer');
  return [first[0], [...first[1]].sort()];
}
