import { CEILINGS } from '../ceilings.js';
import { KNOWN_ARCHITECTURES, KNOWN_OS } from './known-platforms.js';
import { normalizeArchitecture, normalizePlatform } from './normalize-platform.js';
import type { Platform } from './platform.js';

/** What a question means by a platform; see `parsePlatformName` for what each spelling leaves open. */
export interface PlatformPattern {
  /** Null: any operating system. */
  readonly os: string | null;
  readonly architecture: string;
  /** `any`, or exactly this one, where null is the plain architecture. */
  readonly variant: 'any' | { readonly is: string | null };
  /** Null: any version. */
  readonly osVersion: string | null;
}

/** Says that some text names no platform; carries at most the first 100 characters of it. */
export class PlatformNameError extends Error {
  override readonly name = 'PlatformNameError';
  constructor(text: string, why: string) {
    super(`${JSON.stringify(text.slice(0, 100))} names no platform: ${why}`);
  }
}

/** The canonical name, unique among platforms except for their features: `os/architecture[/variant][:osVersion]`. */
export function formatPlatformName(platform: Omit<Platform, 'osFeatures'>): string {
  const variant = platform.variant === null ? '' : `/${platform.variant}`;
  const osVersion = platform.osVersion === null ? '' : `:${platform.osVersion}`;
  return `${platform.os}/${platform.architecture}${variant}${osVersion}`;
}

/**
 * Reads the platform of a question, normalised as stored platforms are. Throws `PlatformNameError`.
 *
 * - `arm64`: the architecture on any operating system, in any variant. Where the word itself names a variant
 *   (`armhf` is `arm/v7`), that one. An unknown bare word is refused, because a typing error would find everything.
 * - `linux/arm64`: the plain architecture and no other, because a plain host runs none of its variants: an image for
 *   `arm64/v9` or `amd64/v3` is no answer for it. `linux/arm` is `linux/arm/v7`: containerd's rule for both.
 * - Without `:osVersion`, any version.
 */
export function parsePlatformName(text: string): PlatformPattern {
  const colon = text.indexOf(':');
  const words = (colon < 0 ? text : text.slice(0, colon)).split('/');
  const osVersion = colon < 0 ? null : text.slice(colon + 1);
  const [first = '', second, third] = words;
  if (words.length > 3) throw new PlatformNameError(text, 'it has more than three parts');
  if (words.includes('')) throw new PlatformNameError(text, 'a part is empty');
  if (osVersion === '') throw new PlatformNameError(text, 'nothing follows the colon');
  return second === undefined
    ? bareArchitecture(text, first, osVersion)
    : qualified(text, { os: first, architecture: second, variant: third ?? null, osVersion });
}

function bareArchitecture(text: string, word: string, osVersion: string | null): PlatformPattern {
  const [architecture, variant] = normalizeArchitecture(word, 'any');
  if (KNOWN_OS.has(architecture))
    throw new PlatformNameError(text, `say which architecture, as in ${architecture}/amd64`);
  if (!KNOWN_ARCHITECTURES.has(architecture)) throw new PlatformNameError(text, 'no such architecture is known');
  const probe = normalizePlatform({ os: 'linux', architecture, osVersion });
  if (probe === null) throw new PlatformNameError(text, `a version has at most ${CEILINGS.osVersionChars} characters`);
  // `armhf`, `armel` and `i386` say their variant themselves; other words leave it open
  return { os: null, architecture, variant: variant === 'any' || variant === '' ? 'any' : { is: variant }, osVersion };
}

function qualified(text: string, words: Omit<Platform, 'osFeatures'>): PlatformPattern {
  const platform = normalizePlatform(words);
  if (platform === null) throw new PlatformNameError(text, 'it holds characters that no platform has, or too many');
  const { os, architecture, variant, osVersion } = platform;
  return { os, architecture, variant: { is: variant }, osVersion };
}
