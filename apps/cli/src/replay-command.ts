import { parseArgs } from 'node:util';
import { replayEvents, type EventFilter, type ReadAgain } from '@strata/catalog';
import { readKeptEvents } from '@strata/registry-events';
import { StartError } from '@strata/runtime';
import { UsageError, type Command } from './command.js';
import { withCatalog } from './database.js';

const options = {
  id: { type: 'string', multiple: true },
  source: { type: 'string', multiple: true },
  reason: { type: 'string', multiple: true },
  all: { type: 'boolean', default: false },
} as const;

/** The way out of quarantine, once the reader or the registry was put right. */
export const replayCommand: Command = {
  summary: 'give quarantined events another chance',
  usage: [
    'Usage: strata replay (--all | --id N … | --source NAME … | --reason CODE …)',
    '',
    '  --id, --source and --reason may be repeated and combined: an event must match each of them.',
    '  An event that cannot be read even now stays in quarantine.',
  ].join('\n'),
  run(args, tools) {
    const { values } = parseArgs({ args: [...args], options });
    const where: EventFilter = { id: values.id?.map(readId), source: values.source, reason: values.reason };
    const chosen = Object.values(where).some((value) => value !== undefined);
    if (chosen === values.all) throw new UsageError('say which events: --id, --source or --reason, or else --all');
    return withCatalog(tools, async (catalog) => {
      const count = await replayEvents(catalog, { where, read: readAgain, now: new Date() });
      tools.write(`${count} ${count === 1 ? 'event is' : 'events are'} on the way again.\n`);
      return 0;
    });
  },
};

function readId(text: string): bigint {
  if (!/^[1-9][0-9]{0,17}$/.test(text)) throw new UsageError(`--id must be a number, as \`strata events\` shows it`);
  return BigInt(text);
}

const readAgain: ReadAgain = (kept) => {
  const events = readKeptEvents(kept);
  if (events === null) throw new StartError(`this version does not know the dialect ${JSON.stringify(kept.dialect)}`);
  return events;
};
