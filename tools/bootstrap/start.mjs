import { prepare } from './steps/prepare.mjs';
import { runCommand } from './steps/run-command.mjs';

// `npm start`, or `npm start -- <app>`: the product, or one app of it.
const runtime = await prepare();
process.exit(await runCommand(runtime, 'apps/cli/dist/main.js', ['start', ...process.argv.slice(2)]));
