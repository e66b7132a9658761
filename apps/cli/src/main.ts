import { runMain } from '@strata/runtime';
import { runCommandLine } from './run-command-line.js';

await runMain('strata', async () => {
  const status = await runCommandLine(process.argv.slice(2), {
    env: process.env,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    isTerminal: process.stdout.isTTY,
  });
  process.exit(status);
});
