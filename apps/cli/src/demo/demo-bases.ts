import { anImage, anIndex, type ImageFixture, type IndexFixture } from '@strata/oci/testing';

/** Images of one name for several platforms, by platform. */
export type Family = ReadonlyMap<string, ImageFixture>;

/** Every platform that Alpine is built for here. */
export const SIX = ['linux/amd64', 'linux/arm64/v8', 'linux/arm/v7', 'linux/386', 'linux/ppc64le', 'linux/s390x'];
/** What most projects build for. */
export const TWO = ['linux/amd64', 'linux/arm64/v8'];
/** What projects built for before. */
export const AMD64 = ['linux/amd64'];

/** One image and its layers, as a build would make it. */
export interface Build {
  readonly name: string;
  readonly version: string;
  readonly platforms: readonly string[];
  /** Whose images come first; one for each of the platforms. */
  readonly from?: Family;
  /** Layers of its own. */
  readonly layers: number;
  readonly format?: 'oci' | 'docker';
}

/** Builds for every platform. The same build gives the same bytes on every machine. */
export function build({ name, version, platforms, from, layers, format = 'oci' }: Build): Family {
  return new Map(
    platforms.map((platform) => {
      const base = from?.get(platform);
      const labels = {
        'org.opencontainers.image.title': name,
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.source': `https://git.example/${name}`,
      };
      const seed = `${name} ${version}`;
      return [platform, anImage({ seed, platform, layers, format, labels, ...(base !== undefined && { base }) })];
    }),
  );
}

/** Lists a family as an index, or as a Docker manifest list where its images are Docker's. */
export function indexOf(family: Family, attestations?: 'classic' | 'artifact'): IndexFixture {
  const entries = [...family.values()];
  const format = entries[0]?.format ?? 'oci';
  return anIndex({ entries, format, ...(attestations !== undefined && { attestations }) });
}

/** The one image of a family that was built for one platform. */
export function onlyImageOf(family: Family): ImageFixture {
  const [image, ...more] = family.values();
  if (image === undefined || more.length > 0) throw new TypeError(`a family of ${family.size} has no only image`);
  return image;
}
