import { prepare } from './steps/prepare.mjs';
import { runCommand } from './steps/run-command.mjs';

// `npm run bench`: what the product manages on this machine, each figure beside its limit.
const runtime = await prepare();
process.exit(await runCommand(runtime, 'apps/journey/dist/bench/main.js', process.argv.slice(2)));
