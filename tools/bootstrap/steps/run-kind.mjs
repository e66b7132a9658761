import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { runShown } from './run.mjs';

/** Runs all tests of one kind in the workspace or one project, and counts them from Jest's own report. */
export async function runKind({ node, env }, kind, project) {
  const report = join(CACHE, 'reports', `${kind}.json`);
  mkdirSync(join(CACHE, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const parameters = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
  parameters.push('--selectProjects', kind, '--passWithNoTests', '--json', `--outputFile=${report}`);
  if (project !== null) parameters.push('--', `${ROOT}/${project}/`);
  const status = await runShown(node, parameters, { env });
  if (!existsSync(report)) return { passed: 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  return countTests(JSON.parse(readFileSync(report, 'utf8')), status);
}

/** A file that could not be loaded is a failure, and so is a run that ended badly without a failed test. */
export function countTests(report, status) {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
