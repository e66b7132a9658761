import { parseArgs } from 'node:util';
import { StartError, stopOnSignal } from '@strata/runtime';
import type { Command, Tools } from './command.js';
import { DemoError } from './demo/demo-error.js';
import { runDemo } from './demo/run-demo.js';
import { openDemo, type Demo } from './product/open-demo.js';
import { ChildStartError } from './product/start-child.js';
import { describeProduct } from './product/describe-product.js';
import { stopLog } from './stop-log.js';

const options = { exit: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } } as const;

/** The whole product at work on a registry of its own, for whoever sees it for the first time. */
export const demoCommand: Command = {
  summary: 'show the product at work: a registry, about 40 tags, two questions',
  usage: [
    'Usage: strata demo [--exit] [--keep]',
    '',
    '  --exit    end after the answers instead of staying up',
    '  --keep    keep what an earlier demonstration left in the database',
  ].join('\n'),
  async run(args, tools) {
    const { values } = parseArgs({ args: [...args], options });
    const say = (text: string): void => tools.write(`${text}\n`);
    const stopping = new AbortController();
    const opening = openDemo({ env: tools.env, say, keep: values.keep, signal: stopping.signal });
    const stop = async (): Promise<void> => {
      stopping.abort(new StartError('stopped before the end'));
      const demo = await opening.catch(() => null); // it has cleaned up, and its reason is told below
      await demo?.stop();
    };
    stopOnSignal({ logger: stopLog(say), stop });
    try {
      const demo = await opening;
      await show(demo, tools, stopping.signal);
      if (!values.exit) return await stayUp(demo, tools);
      await demo.stop();
      return 0;
    } catch (error) {
      if (stopping.signal.aborted) return new Promise(() => undefined); // the signal's handler ends the process
      return fail(error, await opening.catch(() => null), tools);
    }
  },
};

async function show(demo: Demo, { write, isTerminal }: Tools, signal: AbortSignal): Promise<void> {
  const { urls, registry, hookSecret } = demo;
  await runDemo({
    hookUrl: `${urls['webhook-ingest']}/hooks/demo`,
    hookSecret,
    graphqlUrl: `${urls['graphql-api']}/graphql`,
    graphiqlUrl: `${urls['graphql-api']}/graphiql`,
    registry,
    write,
    isTerminal,
    signal,
  });
}

function stayUp(demo: Demo, { write }: Tools): Promise<never> {
  write(describeProduct({ ...demo, sources: [{ name: 'demo', registry: demo.registry.url }] }));
  write('Strata is ready. Ctrl-C ends it.\n');
  return new Promise(() => undefined);
}

async function fail(error: unknown, demo: Demo | null, { writeError }: Tools): Promise<number> {
  await demo?.stop();
  if (!(error instanceof DemoError) && !(error instanceof ChildStartError)) throw error;
  writeError(`strata demo: ${error.message}\n`);
  if (demo !== null) writeError(`The logs of the apps are in ${demo.logFolder}\n`);
  return 1;
}
