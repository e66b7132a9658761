import { JsonError } from '../json/json-error.js';
import { isJsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { normalizePlatform, type PlatformWords } from './normalize-platform.js';
import { formatPlatformName } from './platform-name.js';
import { platformWordsOf, rawPlatformWords } from './platform-words.js';

/**
 * Whether an index entry (`rawPlatform`, as an entry keeps it) and the config of its image contradict each other. Only
 * what both say counts: many a config leaves out the variant or the version of Windows that its index names (OCI
 * image-spec 1.1, image-index.md and config.md). Silence of either is no contradiction, nor is what cannot be read.
 */
export function platformsDisagree(rawPlatform: string | null, config: Uint8Array): boolean {
  const [listed, own] = [readWords(() => rawPlatformWords(rawPlatform)), readWords(() => configWords(config))];
  if (listed === null || own === null) return false;
  const [one, other] = [
    { ...listed, variant: listed.variant ?? own.variant, osVersion: listed.osVersion ?? own.osVersion },
    { ...own, variant: own.variant ?? listed.variant, osVersion: own.osVersion ?? listed.osVersion },
  ].map((words) => normalizePlatform({ ...words, osFeatures: null }));
  if (!one || !other) return false;
  return formatPlatformName(one) !== formatPlatformName(other);
}

function configWords(config: Uint8Array): PlatformWords | null {
  const { value } = readJson(config);
  return isJsonObject(value) ? platformWordsOf(value) : null;
}

function readWords(read: () => PlatformWords | null): PlatformWords | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}
