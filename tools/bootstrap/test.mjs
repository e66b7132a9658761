import { prepare } from './steps/prepare.mjs';
import { findProject } from './steps/find-project.mjs';
import { checkFormatAndLint, checkTypes } from './steps/check.mjs';
import { runKind } from './steps/run-kind.mjs';
import { wasInterrupted } from './steps/run.mjs';
import { giveUp, stopwatch, tell } from './steps/tell.mjs';
import { TOOL_ENVIRONMENT } from './steps/tool-environment.mjs';

// `npm test`, or `npm test -- <project>`: lint, types, then every kind of test, the quick kinds first.
const KINDS = ['unit', 'wire', 'db', 'story'];

const [name, ...rest] = process.argv.slice(2);
if (rest.length > 0) giveUp('Usage: npm test [-- <project>]', 2);
const project = name === undefined ? null : findProject(name);

const whole = stopwatch();
const { node, env } = await prepare();
const runtime = { node, env: { ...env, ...TOOL_ENVIRONMENT } };
const steps = [
  ['lint', () => checkFormatAndLint(runtime, project)],
  ['types', () => checkTypes(runtime, project)],
  ...KINDS.map((kind) => [kind, () => runKind(runtime, kind, project)]),
];

const results = [];
for (const [title, run] of steps) {
  tell(`\n── ${title}`);
  const seconds = stopwatch();
  results.push({ title, ...(await run()), duration: seconds() });
  if (wasInterrupted()) process.exit(130);
}

const sum = (count) => results.reduce((total, result) => total + result[count], 0);
tell('');
for (const { title, passed, failed, skipped, duration } of results) {
  tell(`${title.padEnd(6)} ${duration.padStart(8)}   ${passed} passed, ${failed} failed, ${skipped} skipped`);
}
const inCi = process.env.CI === 'true' || process.env.CI === '1';
if (inCi && sum('skipped') > 0) tell('Under CI a skipped test counts as a failure: a part that it needs is missing.');
tell(`whole  ${whole().padStart(8)}\n`);
tell(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') > 0 || (inCi && sum('skipped') > 0) ? 1 : 0;
