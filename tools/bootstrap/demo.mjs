import { prepare } from './steps/prepare.mjs';
import { runCommand } from './steps/run-command.mjs';

// `npm run demo`, or `npm run demo -- --exit`: the product with a registry of its own, and the questions it answers.
const runtime = await prepare();
process.exit(await runCommand(runtime, 'apps/cli/dist/main.js', ['demo', ...process.argv.slice(2)]));
