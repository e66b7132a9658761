import { parseManifest, readCompanionTag, statementKinds } from '@strata/oci';
import type { ManifestFixture } from '@strata/oci/testing';
import { STORED_WORDS, type ArtifactKind } from '../../stored-words.js';
import type { World, WorldRepository } from './build-world.js';
import { fullName, holders, type WorldTag } from './world-facts.js';

/** What stands beside a tag's things, by the document of each: as a referrer, in the same index, or under cosign's tags. */
export function attestationsOf(
  world: World,
  tags: readonly WorldTag[],
  { repository, parts }: { readonly repository: WorldRepository; readonly parts: readonly ManifestFixture[] },
  at: Date | null,
): readonly ArtifactKind[] {
  const isThere = ({ digest }: ManifestFixture): boolean => holders(world, digest, at).length > 0;
  const digests = new Set<string>(parts.map(({ digest }) => digest));
  const referrers = world.artifacts.filter(({ subject }) => digests.has(subject.digest)).filter(isThere);
  const listed = parts.flatMap((part) => (part.kind === 'index' ? part.children : [])).filter(isThere);
  const companions = tags.flatMap((other) => {
    const name = readCompanionTag(other.tag);
    if (name === null || name.kind === 'toc' || name.kind === 'referrers') return [];
    if (name.subject === null || !digests.has(name.subject)) return [];
    return fullName(other.repository) === fullName(repository) ? [name.kind, ...kindsOf(other.target)] : [];
  });
  return [...referrers.flatMap(kindsOf), ...listed.flatMap(kindsOf), ...companions];
}

function kindsOf({ bytes, digest, mediaType }: ManifestFixture): readonly ArtifactKind[] {
  const manifest = parseManifest(bytes, { contentType: mediaType, digest });
  if (manifest.kind !== 'artifact') return [];
  const words = [manifest.artifactKind, ...statementKinds(manifest.blobs)];
  return STORED_WORDS.artifact_kind.filter((word) => words.some((kind) => kind.replaceAll('-', '_') === word));
}
