import { performance } from 'node:perf_hooks';

/** A line for the person who waits. */
export function tell(text) {
  process.stdout.write(`${text}\n`);
}

/** Says why nothing more can be done, and ends with `status`. */
export function giveUp(text, status = 1) {
  process.stderr.write(`\n${text}\n`);
  process.exit(status);
}

/** Measures one step: `const seconds = stopwatch(); … seconds()` gives text such as `3.2 s`. */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1_000).toFixed(1)} s`;
}
