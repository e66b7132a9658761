import { CEILINGS } from '../ceilings.js';
import type { Platform } from './platform.js';

/** A platform as somebody wrote it; absent, null and empty mean the same. */
export interface PlatformWords {
  readonly os?: string | null | undefined;
  readonly architecture?: string | null | undefined;
  readonly variant?: string | null | undefined;
  readonly osVersion?: string | null | undefined;
  readonly osFeatures?: readonly string[] | null | undefined;
}

const WORD = new RegExp(`^[a-z0-9._+-]{1,${CEILINGS.platformWordChars}}$`);
const OS_VERSION = new RegExp(`^[^\\p{C}]{1,${CEILINGS.osVersionChars}}$`, 'u');

/**
 * Brings a platform into containerd's canonical words (containerd/platforms, database.go), so that `aarch64/v8` and
 * `arm64` are one. Unknown words are kept in lower case. Null when the words name no platform: without operating
 * system or architecture, or with characters that no `os/architecture` name could carry apart.
 */
export function normalizePlatform(words: PlatformWords): Platform | null {
  const os = normalizeOs(words.os ?? '');
  const [architecture, variant] = normalizeArchitecture(words.architecture ?? '', words.variant ?? '');
  const osVersion = words.osVersion ?? '';
  const osFeatures = [...new Set(words.osFeatures ?? [])].sort();
  if (!WORD.test(os) || !WORD.test(architecture) || (variant !== '' && !WORD.test(variant))) return null;
  if (osVersion !== '' && !OS_VERSION.test(osVersion)) return null;
  if (!osFeatures.every((feature) => OS_VERSION.test(feature))) return null;
  return { os, architecture, variant: variant || null, osVersion: osVersion || null, osFeatures };
}

/** One operating system, normalised; text in, text out. */
export function normalizeOs(os: string): string {
  const lower = os.toLowerCase();
  return lower === 'macos' ? 'darwin' : lower;
}

/** Architecture and variant together, because each may decide the other; an empty variant means none. */
export function normalizeArchitecture(architecture: string, variant: string): readonly [string, string] {
  const lower = architecture.toLowerCase();
  const kind = variant.toLowerCase();
  switch (lower) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', kind === 'v1' ? '' : kind];
    case 'aarch64':
    case 'arm64':
      return ['arm64', normalizeArm64Variant(kind)];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', normalizeArmVariant(kind)];
    default:
      return [lower, kind];
  }
}

/** Plain arm64 is ARMv8.0. */
function normalizeArm64Variant(variant: string): string {
  if (variant === '8' || variant === 'v8' || variant === 'v8.0') return '';
  return variant === '9' || variant === '9.0' || variant === 'v9.0' ? 'v9' : variant;
}

/** Plain arm is ARMv7. */
function normalizeArmVariant(variant: string): string {
  if (variant === '') return 'v7';
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}
