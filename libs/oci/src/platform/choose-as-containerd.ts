import type { IndexEntry } from '../manifest/manifest.js';
import { nameEntry, nothingFor, type EntryChoice } from './entry-choice.js';
import { hostVector, vectorPosition } from './host-vector.js';
import { normalizePlatform } from './normalize-platform.js';
import { formatPlatformName } from './platform-name.js';
import type { Platform } from './platform.js';
import { rawPlatformWords } from './platform-words.js';

interface Candidate {
  readonly entry: IndexEntry;
  readonly platform: Platform;
  /** In the host's vector; 0 is the host's own platform. */
  readonly position: number;
}

/**
 * The entry that containerd on a host takes from an index, as does Docker with its image store and BuildKit
 * (containerd, core/images/image.go, `Manifest`; containerd/platforms). Platforms are compared after normalisation, the
 * earliest in the host's vector wins, then the one that uses more of the host's features, then the first. Windows hosts
 * prefer the higher `os.version`, compared as text. Entries without a platform come last, and only the first is tried.
 */
export function chooseAsContainerd(entries: readonly IndexEntry[], host: Platform): EntryChoice {
  const vector = hostVector(host);
  const candidates = entries.flatMap((entry) => candidate(entry, host, vector));
  const [best] = candidates.sort(host.os === 'windows' ? byWindowsVersion : byVector);
  if (best !== undefined) return { entry: best.entry, reason: whyBest(best, candidates, entries, host) };
  const unnamed = entries.find(({ rawPlatform }) => rawPlatform === null);
  if (unnamed === undefined) return nothingFor([host, ...vector.slice(1)].map(formatPlatformName), entries);
  const reason = `nothing in the index is for ${formatPlatformName(host)}, so containerd tries the first entry without a platform, ${nameEntry(entries, unnamed)}`;
  return { entry: unnamed, reason };
}

/** An operating system that is not said is the host's, as containerd has it. */
function candidate(entry: IndexEntry, host: Platform, vector: readonly Platform[]): readonly Candidate[] {
  const words = rawPlatformWords(entry.rawPlatform);
  const platform = words && normalizePlatform({ ...words, os: words.os ?? host.os });
  const position = platform === null ? -1 : vectorPosition(vector, platform);
  return platform === null || position < 0 ? [] : [{ entry, platform, position }];
}

function byVector(left: Candidate, right: Candidate): number {
  return left.position - right.position || right.platform.osFeatures.length - left.platform.osFeatures.length;
}

function byWindowsVersion({ platform: left }: Candidate, { platform: right }: Candidate): number {
  const [one, other] = [left.osVersion ?? '', right.osVersion ?? ''];
  return one === other ? 0 : one > other ? -1 : 1;
}

function whyBest(
  best: Candidate,
  candidates: readonly Candidate[],
  entries: readonly IndexEntry[],
  host: Platform,
): string {
  const name = nameEntry(entries, best.entry);
  const own = formatPlatformName(host);
  const fits = best.position === 0 ? `is for ${own}` : `is what ${own} also runs`;
  if (candidates.length === 1) return `${name} ${fits}; no other entry does`;
  return `${name} ${fits}; of ${candidates.length} entries that would do, ${whyFirst(best, candidates)}`;
}

function whyFirst(best: Candidate, candidates: readonly Candidate[]): string {
  const second = candidates[1] ?? best;
  if (best.platform.os === 'windows')
    return best.platform.osVersion === second.platform.osVersion
      ? 'it comes first'
      : 'it has the highest os.version as text';
  if (best.position !== second.position) return "it stands highest in the host's order";
  return byVector(best, second) === 0 ? 'it comes first' : "it uses more of the host's features";
}
