import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));

/** Runs one command of `strata` from its build, as an operator beside the running product. */
export function runStrata(
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...parameters],
      { env: { ...process.env, ...env } },
      (_error, out, err) => resolve({ status: child.exitCode ?? -1, output: out + err }),
    );
  });
}
