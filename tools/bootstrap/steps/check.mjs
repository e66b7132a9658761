import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { runShown } from './run.mjs';

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const FAILED = { passed: 0, failed: 1, skipped: 0 };

/** ESLint and Prettier over the workspace or one project; together they count as one test. */
export async function checkFormatAndLint({ node, env }, project) {
  const places = [project ?? '.'];
  const cached = (name) => ['--cache', '--cache-location', join(CACHE, name), '--cache-strategy', 'content'];
  const eslint = join(ROOT, 'node_modules', 'eslint', 'bin', 'eslint.js');
  const prettier = join(ROOT, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  const linted = await runShown(node, [eslint, ...places], { env });
  const formatted = await runShown(node, [prettier, '--check', '--log-level=warn', ...cached('prettier'), ...places], {
    env,
  });
  return linted === 0 && formatted === 0 ? PASSED : FAILED;
}

/** The compiler over the workspace, or over one project and what it imports; counts as one test. */
export async function checkTypes({ node, env }, project) {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const config = project === null ? ROOT : narrowedConfig(project);
  return (await runShown(node, [tsc, '-p', config], { env })) === 0 ? PASSED : FAILED;
}

function narrowedConfig(project) {
  const name = project.replaceAll('/', '-');
  const path = join(CACHE, `tsconfig.${name}.json`);
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      incremental: true,
      tsBuildInfoFile: join(CACHE, `tsbuildinfo.${name}`),
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: [join(ROOT, project, '**/*.ts')],
    exclude: ['**/dist/**', '**/node_modules/**'],
  };
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}
