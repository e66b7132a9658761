import { isJsonArray, isJsonObject, kindOfJson, type JsonObject, type JsonValue } from '../json/json-value.js';
import type { Problems } from '../manifest/gather-problems.js';
import { normalizePlatform } from './normalize-platform.js';
import type { Platform } from './platform.js';

/**
 * Reads the five fields of a platform where a descriptor or a config holds them (OCI image-spec 1.1). Null when
 * nothing, or nothing usable, is said; a field of the wrong kind is a problem. `path` is that of the object.
 */
export function readPlatformFields(object: JsonObject, path: string, problems: Problems): Platform | null {
  const text = (name: string): string | null => readText(object[name], `${path}['${name}']`, problems);
  return normalizePlatform({
    os: text('os'),
    architecture: text('architecture'),
    variant: text('variant'),
    osVersion: text('os.version'),
    osFeatures: readFeatures(object['os.features'], `${path}['os.features']`, problems),
  });
}

/** Reads a descriptor's `platform`, with the words as they stood, as compact JSON. */
export function readPlatform(
  value: JsonValue | undefined,
  path: string,
  problems: Problems,
): { readonly platform: Platform | null; readonly rawPlatform: string | null } {
  if (value === undefined || value === null) return { platform: null, rawPlatform: null };
  if (isJsonObject(value))
    return { platform: readPlatformFields(value, path, problems), rawPlatform: JSON.stringify(value) };
  problems.add('SHAPE', `a platform must be an object, not ${kindOfJson(value)}`, path);
  return { platform: null, rawPlatform: null };
}

function readText(value: JsonValue | undefined, path: string, problems: Problems): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  problems.add('SHAPE', `a string is expected, not ${kindOfJson(value)}`, path);
  return null;
}

function readFeatures(value: JsonValue | undefined, path: string, problems: Problems): readonly string[] | null {
  if (value === undefined || value === null) return null;
  if (isJsonArray(value) && value.every((feature) => typeof feature === 'string')) return value;
  problems.add('SHAPE', 'os.features must be an array of strings', path);
  return null;
}
