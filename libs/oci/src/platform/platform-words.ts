import { isJsonArray, isJsonObject, type JsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import type { PlatformWords } from './normalize-platform.js';

/**
 * A platform exactly as a document words it, for whoever compares words (containers/image) or writes them again. The
 * fields stand at the top of a config too. What is not a text is left out; absent fields stay absent.
 */
export function platformWordsOf(object: JsonObject): PlatformWords {
  const text = (name: string): string | null => {
    const value = object[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const features = object['os.features'];
  return {
    os: text('os'),
    architecture: text('architecture'),
    variant: text('variant'),
    osVersion: text('os.version'),
    osFeatures: isJsonArray(features) ? features.filter((feature) => typeof feature === 'string') : null,
  };
}

/** The same from the compact JSON that an index entry keeps (`rawPlatform`); null where the index says nothing. */
export function rawPlatformWords(rawPlatform: string | null): PlatformWords | null {
  if (rawPlatform === null) return null;
  const { value } = readJson(Buffer.from(rawPlatform));
  return isJsonObject(value) ? platformWordsOf(value) : null;
}
