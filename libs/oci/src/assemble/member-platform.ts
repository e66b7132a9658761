import { isJsonObject } from '../json/json-value.js';
import { readJson } from '../json/parse-json.js';
import { JsonError } from '../json/json-error.js';
import { KNOWN_ARCHITECTURES, KNOWN_OS } from '../platform/known-platforms.js';
import { normalizePlatform, type PlatformWords } from '../platform/normalize-platform.js';
import { PlatformNameError, parsePlatformName } from '../platform/platform-name.js';
import { isRunnablePlatform } from '../platform/platform.js';
import { platformWordsOf } from '../platform/platform-words.js';
import type { AddProblem } from './assembly-error.js';

/** What the caller says about a member's platform; what is not said stays what the image itself says. */
export interface PlatformOverride {
  /** `os/architecture[/variant][:osVersion]`, or an architecture alone. */
  readonly platform?: string;
  /** Added to those that are there, as `docker manifest annotate --os-features` does. */
  readonly osFeatures?: readonly string[];
}

/** A platform that somebody can run, in the words it is written down in. */
export type WrittenPlatform = PlatformWords & { readonly os: string; readonly architecture: string };

/** What a config says about its platform, as `docker manifest create` takes it over; nothing where it is none. */
export function configPlatformWords(config: Uint8Array | null): PlatformWords {
  if (config === null) return {};
  try {
    const { value } = readJson(config);
    return isJsonObject(value) ? platformWordsOf(value) : {};
  } catch (error) {
    if (error instanceof JsonError) return {};
    throw error;
  }
}

/** Puts an override over the words of an image. Null, with the problem added, when that names no platform to run on. */
export function overridePlatform(
  own: PlatformWords,
  override: PlatformOverride,
  path: string,
  problem: AddProblem,
): WrittenPlatform | null {
  const said = override.platform === undefined ? {} : readOverride(override.platform, own, path, problem);
  if (said === null) return null;
  const osFeatures = [...new Set([...(own.osFeatures ?? []), ...(override.osFeatures ?? [])])];
  const words = { ...own, ...said, osFeatures };
  const { os, architecture } = words;
  const platform = normalizePlatform(words);
  if (platform !== null && isRunnablePlatform(platform) && os != null && architecture != null)
    return { ...words, os, architecture };
  const message = 'neither its config nor the request says on which operating system and architecture it runs';
  problem('UNKNOWN_PLATFORM', message, `${path}.platform`);
  return null;
}

/** Typed words are kept where they are canonical, because `arm64` and `arm64/v8` differ for some clients. */
function readOverride(text: string, own: PlatformWords, path: string, problem: AddProblem): PlatformWords | null {
  try {
    const { os, architecture, variant, osVersion } = parsePlatformName(text);
    const [, typedArchitecture, typedVariant] = text.split(':', 1)[0]?.toLowerCase().split('/') ?? [];
    const implied = variant === 'any' ? null : variant.is;
    const isTyped = typedArchitecture === architecture;
    if ((os !== null && !KNOWN_OS.has(os)) || !KNOWN_ARCHITECTURES.has(architecture)) {
      problem('BAD_PLATFORM', `no platform ${text} is known`, `${path}.platform`);
      return null;
    }
    const keepsVariant = os === null && implied === null && own.architecture === architecture;
    return {
      ...(os !== null && { os }),
      architecture,
      variant: keepsVariant ? own.variant : isTyped ? (typedVariant ?? null) : implied,
      ...(osVersion !== null && { osVersion }),
    };
  } catch (error) {
    if (!(error instanceof PlatformNameError)) throw error;
    problem('BAD_PLATFORM', error.message, `${path}.platform`);
    return null;
  }
}
