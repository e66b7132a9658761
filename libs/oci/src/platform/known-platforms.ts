/**
 * The values of GOOS that Go knows. A bare word of a query that is one of them is an operating system, not an
 * architecture; nothing else depends on the list, and other words are stored as they are.
 */
export const KNOWN_OS: ReadonlySet<string> = new Set(
  (
    'aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris ' +
    'wasip1 windows zos'
  ).split(' '),
);

/** The values of GOARCH that Go knows: what a query may name without an operating system. */
export const KNOWN_ARCHITECTURES: ReadonlySet<string> = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ' +
    'ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'
  ).split(' '),
);
