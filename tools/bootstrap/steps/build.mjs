import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { step } from './run.mjs';
import { filesUnder, hashOfSources, projectFolders } from './source-hash.mjs';

const STAMP = join(CACHE, 'build-stamp');

/**
 * Generates what is generated and compiles every project to its `dist`, through Nx's cache. Nx is not even
 * started when nothing that it reads has changed since the last time.
 */
export async function build({ node, env }) {
  const wanted = hashOfSources();
  const complete = projectFolders().every((folder) => isBuilt(join(ROOT, folder)));
  const known = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null;
  if (complete && known === wanted) return;
  rmSync(STAMP, { force: true });
  const nx = join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  await step('Building', node, [nx, 'run-many', '-t', 'build', '--outputStyle=static'], { env });
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, wanted);
}

function isBuilt(project) {
  if (filesUnder(join(project, 'src')).length === 0) return true;
  const generates = existsSync(join(project, 'dist', 'generated'));
  return existsSync(join(project, 'dist')) && (!generates || existsSync(join(project, 'src', 'generated')));
}
