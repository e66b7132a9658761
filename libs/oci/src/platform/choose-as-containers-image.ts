import type { IndexEntry, IndexManifest } from '../manifest/manifest.js';
import { nameEntry, nothingFor, type EntryChoice } from './entry-choice.js';
import type { Platform } from './platform.js';
import { rawPlatformWords } from './platform-words.js';

const VARIANTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['arm', ['v8', 'v7', 'v6', 'v5']],
  ['arm64', ['v8']],
]);

const ZSTD_INSTANCE = 'io.github.containers.compression.zstd';

/** Whether the client found out the variant of its processor, or was only given an architecture (`--override-arch`). */
export type VariantKnowledge = 'detected' | 'unsaid';

/**
 * The entry that Podman, Skopeo, Buildah and CRI-O on a host take from an index (containers/image,
 * internal/manifest/oci_index.go and internal/pkg/platform). Words are compared as they stand, without normalisation;
 * versions and features of the operating system count for nothing; there is no 386 on amd64 and no lower amd64 level.
 * Of entries that are equally wanted one marked as zstd wins, then the first. An OCI index may leave a platform out:
 * such entries come last, unseen. A Docker list is searched without the last two rules.
 */
export function chooseAsContainersImage(
  index: Pick<IndexManifest, 'format' | 'entries'>,
  host: Platform,
  variant: VariantKnowledge = 'detected',
): EntryChoice {
  const wanted = wantedVariants(host, variant).map((name) => ({ ...host, variant: name }));
  const isList = index.format === 'docker-list';
  const candidates = index.entries.flatMap((entry) => candidate(entry, wanted, isList));
  const [best, second] = candidates.sort((left, right) => left.rank - right.rank || right.zstd - left.zstd);
  if (best === undefined) return nothingFor(wanted.map(name), index.entries);
  const named = nameEntry(index.entries, best.entry);
  if (best.rank === wanted.length) {
    const reason = `nothing in the index is for ${wanted.map(name).join(' or ')}, so the first entry without a platform is taken, ${named}`;
    return { entry: best.entry, reason };
  }
  const fits = `${named} is worded as wanted`;
  if (second === undefined) return { entry: best.entry, reason: `${fits}; no other entry is` };
  const first = `of ${candidates.length} entries that would do, ${whyFirst(best, second)}`;
  return { entry: best.entry, reason: `${fits}; ${first}` };
}

interface Candidate {
  readonly entry: IndexEntry;
  /** In the list of what is wanted; its length for an entry without a platform. */
  readonly rank: number;
  /** 1 or 0. */
  readonly zstd: number;
}

type Wanted = Pick<Platform, 'os' | 'architecture'> & { readonly variant: string };

function candidate(entry: IndexEntry, wanted: readonly Wanted[], isList: boolean): readonly Candidate[] {
  const words = rawPlatformWords(entry.rawPlatform);
  const rank =
    words === null
      ? wanted.length
      : wanted.findIndex(
          ({ os, architecture, variant }) =>
            os === words.os && architecture === words.architecture && variant === (words.variant ?? ''),
        );
  if (rank < 0 || (words === null && isList)) return [];
  const isZstd = !isList && entry.descriptor.annotations.get(ZSTD_INSTANCE) === 'true';
  return [{ entry, rank, zstd: isZstd ? 1 : 0 }];
}

/** Best first; the empty text is an entry that names no variant. Plain arm64 hosts find themselves to be v8. */
function wantedVariants({ architecture, variant }: Platform, knowledge: VariantKnowledge): readonly string[] {
  const known = VARIANTS.get(architecture) ?? [];
  if (knowledge === 'unsaid') return ['', ...known];
  const own = variant ?? (architecture === 'arm64' ? 'v8' : null);
  if (own === null) return [''];
  return [...(known.includes(own) ? known.slice(known.indexOf(own)) : [own]), ''];
}

function whyFirst(best: Candidate, second: Candidate): string {
  if (best.rank !== second.rank) return 'its words are wanted most';
  return best.zstd === second.zstd ? 'it comes first' : 'it is marked as compressed with zstd';
}

const name = ({ os, architecture, variant }: Wanted): string => [os, architecture, variant].filter(Boolean).join('/');
