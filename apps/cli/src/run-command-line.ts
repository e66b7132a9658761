import { UsageError, type Command, type Tools } from './command.js';

/** Each with what it needs of the libraries, which is loaded when it is asked for: `start` is quick then. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['start', async () => (await import('./start-command.js')).startCommand],
  ['demo', async () => (await import('./demo-command.js')).demoCommand],
  ['migrate', async () => (await import('./migrate-command.js')).migrateCommand],
  ['events', async () => (await import('./events-command.js')).eventsCommand],
  ['replay', async () => (await import('./replay-command.js')).replayCommand],
  ['export', async () => (await import('./export-command.js')).exportCommand],
  ['policy', async () => (await import('./policy-command.js')).policyCommand],
  ['report', async () => (await import('./report-command.js')).reportCommand],
  ['crawl', async () => (await import('./crawl-command.js')).crawlCommand],
  ['source', async () => (await import('./source-command.js')).sourceCommand],
  ['token', async () => (await import('./token-command.js')).tokenCommand],
  ['webhook', async () => (await import('./webhook-command.js')).webhookCommand],
  ['assemble', async () => (await import('./assemble-command.js')).assembleCommand],
  ['convert', async () => (await import('./convert-command.js')).convertCommand],
]);

const STATUS_USAGE = 2;

/** Runs one command and returns the exit status: 0 done, 1 failed, 2 not understood. */
export async function runCommandLine(args: readonly string[], tools: Tools): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (['--help', '-h', 'help'].includes(name)) return tell(tools, await overview());
  const load = commands.get(name);
  if (load === undefined) return refuse(tools, `there is no command ${JSON.stringify(name)}`, await overview());
  const command = await load();
  const help = `strata ${name}: ${command.summary}\n\n${command.usage}\n`;
  if (rest.includes('--help') || rest.includes('-h')) return tell(tools, help);
  try {
    return await command.run(rest, tools);
  } catch (error) {
    if (isUsageError(error)) return refuse(tools, error.message, help);
    throw error;
  }
}

async function overview(): Promise<string> {
  const line = async ([name, load]: readonly [string, () => Promise<Command>]): Promise<string> =>
    `  ${name.padEnd(9)} ${(await load()).summary}`;
  const lines = await Promise.all([...commands].map(line));
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
