/** Windows Server 2022 and 2025: from the first on, newer hosts run containers down to the long-term release before them. */
const LONG_TERM_BUILDS = [20_348, 26_100] as const;

interface WindowsVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
}

/**
 * Asks whether containerd on a Windows host takes an image made for some `os.version` (containerd/platforms,
 * platform_windows_compat.go): below build 20348 the builds must be equal, from there on an image may be as old as the
 * long-term release before the host. A version that is not said, or a host's that cannot be read, excludes nothing.
 */
export function runsWindowsVersion(host: string | null, image: string | null): boolean {
  const own = host === null ? null : readVersion(host);
  if (own === null || image === null) return true;
  const wanted = readVersion(image);
  if (wanted === null || wanted.major !== own.major || wanted.minor !== own.minor) return false;
  if (own.build < LONG_TERM_BUILDS[0]) return wanted.build === own.build;
  const oldest = LONG_TERM_BUILDS.findLast((build) => build < own.build) ?? LONG_TERM_BUILDS[0];
  return oldest <= wanted.build && wanted.build <= own.build;
}

/** `10.0.20348.2227`: what follows the build is ignored. Null for anything else. */
function readVersion(text: string): WindowsVersion | null {
  const [major, minor, build] = text.split('.', 3).map((part) => (/^[0-9]{1,5}$/.test(part) ? Number(part) : null));
  if (major == null || minor == null || build == null) return null;
  return major > 0xff || minor > 0xff || build > 0xffff ? null : { major, minor, build };
}
