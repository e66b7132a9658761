import { parseArgs } from 'node:util';
import { StartError, stopOnSignal, type SourceConfig } from '@strata/runtime';
import { UsageError, type Command, type Tools } from './command.js';
import { appNames, entryOf } from './product/app-entries.js';
import { becomeApp } from './product/become-app.js';
import { bringUp, type Running } from './product/bring-up.js';
import { describeProduct } from './product/describe-product.js';
import { ChildStartError } from './product/start-child.js';
import { readConfiguredSources } from './source/configured-source.js';
import { stopLog } from './stop-log.js';

const STATUS_MISCONFIGURED = 2;
const READY_LIMIT_MS = 20_000;

/** The product as one command, or one app of it for whoever runs each as a service of its own. */
export const startCommand: Command = {
  summary: 'run the product, or one app of it',
  usage: [
    `Usage: strata start [${appNames.join(' | ')}]`,
    '',
    '  Without an app: all of it, on an embedded Postgres unless DATABASE_URL names another, migrations included.',
    '  With an app: that one alone. It needs DATABASE_URL, and a database that `strata migrate` has prepared.',
    '',
    '  strata.yaml (or STRATA_CONFIG) lists the sources; strata.example.yaml shows how.',
  ].join('\n'),
  async run(args, tools) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [name, ...rest] = positionals;
    const app = appNames.find((known) => known === name);
    if (rest.length > 0 || (name !== undefined && app === undefined)) {
      throw new UsageError(`start takes one of: ${appNames.join(', ')}`);
    }
    if (app === undefined) return startAll(tools);
    await becomeApp(entryOf(app), tools.env);
    return forever();
  },
};

async function startAll(tools: Tools): Promise<number> {
  const { config, sources } = readConfiguredSources(tools.env);
  const say = (text: string): void => tools.write(`${text}\n`);
  const stopping = new AbortController();
  const starting = bringUp({ config, env: tools.env, say, signal: stopping.signal });
  const stop = async (): Promise<void> => {
    stopping.abort(new StartError('stopped before it was ready'));
    const running = await starting.catch(() => null); // it has cleaned up, and its reason is told below
    await running?.stop();
  };
  stopOnSignal({ logger: stopLog(say), stop });
  try {
    await tellReady(tools, await starting, sources);
  } catch (error) {
    if (stopping.signal.aborted) return forever();
    if (!(error instanceof ChildStartError)) throw error;
    tools.writeError(`strata: ${error.message}\n`);
    return error.end?.status === STATUS_MISCONFIGURED ? STATUS_MISCONFIGURED : 1;
  }
  return forever();
}

async function tellReady({ write }: Tools, running: Running, sources: readonly SourceConfig[]): Promise<void> {
  for (const problem of await running.problems(READY_LIMIT_MS)) write(`Not ready: ${problem}\n`);
  write(describeProduct({ ...running, sources }));
  write('Strata is ready\n');
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}
