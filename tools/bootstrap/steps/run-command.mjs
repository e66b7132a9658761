import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { runShown } from './run.mjs';
import { giveUp } from './tell.mjs';

/** Runs one compiled program of the workspace in the foreground; it ends itself when this process goes away. */
export async function runCommand({ node, env }, program, parameters) {
  const path = join(ROOT, program);
  if (!existsSync(path)) giveUp(`${program} was not built.`);
  return runShown(node, [path, ...parameters], { env, ipc: true });
}
