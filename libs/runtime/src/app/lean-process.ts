/**
 * How Node is to be started for a process of the product, so that it stays small under load. By itself V8 looks for
 * garbage in its old space when that has grown to hundreds of megabytes, and keeps twice 64 MB for the new one: the API then took 430 MB
 * although 45 MB of it lived. These let the old space grow to 1.4 of what lives before it is looked through (and to
 * 48 MB the first time), the new one to twice 8 MB. The cost is processor time: docs/performance.md has it.
 */
export const LEAN_NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=8',
  '--initial-old-space-size=48',
  '--heap-growing-percent=40',
];

/**
 * What belongs to them in the environment: glibc else keeps an arena of freed memory for the threads of V8 beside that of the
 * program, 10 MB of the API under load, and gives the end of one back only in ever larger pieces.
 */
export const LEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
