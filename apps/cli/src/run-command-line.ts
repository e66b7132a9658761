import { assembleCommand } from './assemble-command.js';
import { UsageError, type Command, type Tools } from './command.js';
import { convertCommand } from './convert-command.js';
import { crawlCommand } from './crawl-command.js';
import { demoCommand } from './demo-command.js';
import { eventsCommand } from './events-command.js';
import { exportCommand } from './export-command.js';
import { migrateCommand } from './migrate-command.js';
import { replayCommand } from './replay-command.js';
import { reportCommand } from './report-command.js';
import { sourceCommand } from './source-command.js';
import { startCommand } from './start-command.js';
import { tokenCommand } from './token-command.js';

const commands: ReadonlyMap<string, Command> = new Map([
  ['start', startCommand],
  ['demo', demoCommand],
  ['migrate', migrateCommand],
  ['events', eventsCommand],
  ['replay', replayCommand],
  ['export', exportCommand],
  ['report', reportCommand],
  ['crawl', crawlCommand],
  ['source', sourceCommand],
  ['token', tokenCommand],
  ['assemble', assembleCommand],
  ['convert', convertCommand],
]);

const STATUS_USAGE = 2;

/** Runs one command and returns the exit status: 0 done, 1 failed, 2 not understood. */
export async function runCommandLine(args: readonly string[], tools: Tools): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) return tell(tools, overview());
  const command = commands.get(name);
  if (command === undefined) return refuse(tools, `there is no command ${JSON.stringify(name)}`, overview());
  const help = `strata ${name}: ${command.summary}\n\n${command.usage}\n`;
  if (rest.includes('--help') || rest.includes('-h')) return tell(tools, help);
  try {
    return await command.run(rest, tools);
  } catch (error) {
    if (isUsageError(error)) return refuse(tools, error.message, help);
    throw error;
  }
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return ['Usage: strata <command> [options]', '', ...lines, '', '`strata <command> --help` tells more.', ''].join(
    '\n',
  );
}

function tell({ write }: Tools, text: string): number {
  write(text);
  return 0;
}

function refuse({ writeError }: Tools, problem: string, help: string): number {
  writeError(`strata: ${problem}\n\n${help}`);
  return STATUS_USAGE;
}

/** Ours, or that of `parseArgs`, whose codes begin alike. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  );
}
