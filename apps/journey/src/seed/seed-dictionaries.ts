import { formatPlatformName, normalizePlatform } from '@strata/oci';
import { existing } from './random.js';
import { SEED_PLATFORMS, type PlatformChoice } from './seed-platforms.js';
import type { RowSink } from './seed-tables.js';

/** The small ids that stand for long words; a word gets its row when it is first used. */
export interface SeedDictionaries {
  mediaType(name: string): number;
  /** By position in `SEED_PLATFORMS`. */
  platform(position: number): number;
  /** BuildKit's `unknown/unknown`. */
  unknownPlatform(): number;
  platformSet(choice: PlatformChoice): number;
}

/** Opens empty ones. */
export function openDictionaries(sink: RowSink): SeedDictionaries {
  const ids = (add: (id: number, name: string) => void) => {
    const known = new Map<string, number>();
    return (name: string): number => {
      const found = known.get(name);
      if (found !== undefined) return found;
      const id = known.size + 1;
      known.set(name, id);
      add(id, name);
      return id;
    };
  };
  const addPlatform = (id: number, words: (typeof SEED_PLATFORMS)[number]): void => {
    const platform = existing(normalizePlatform(words) ?? undefined);
    const { os, architecture, variant, osVersion, osFeatures } = platform;
    sink.row('platform', [id, formatPlatformName(platform), os, architecture, variant, osVersion, osFeatures]);
  };
  const platform = ids((id, name) =>
    addPlatform(id, name === 'unknown' ? UNKNOWN : existing(SEED_PLATFORMS[Number(name)])),
  );
  const mediaType = ids((id, name) => sink.row('media_type', [id, name]));
  const platformSet = ids((id, name) => sink.row('platform_set', [id, name === '' ? [] : name.split(',').map(Number)]));
  const setOfChoice = new Map<PlatformChoice, number>();
  return {
    mediaType,
    platform: (position) => platform(String(position)),
    unknownPlatform: () => platform('unknown'),
    platformSet(choice) {
      const known = setOfChoice.get(choice);
      if (known !== undefined) return known;
      const members = choice.map((position) => platform(String(position))).sort((a, b) => a - b);
      const id = platformSet(members.join());
      setOfChoice.set(choice, id);
      return id;
    },
  };
}

const UNKNOWN = { os: 'unknown', architecture: 'unknown' };
