import { parseArgs } from 'node:util';
import { prepareQueue } from '@strata/queue';
import { readConfig } from '@strata/runtime';
import { CliConfig } from './cli-config.js';
import type { Command } from './command.js';
import { migrate, openDatabase } from './database.js';

/** For deployments that start the apps one by one: they never migrate themselves. */
export const migrateCommand: Command = {
  summary: 'bring the database to the schema that this version needs',
  usage: 'Usage: strata migrate\n\nUses DATABASE_URL, or the embedded Postgres under STRATA_HOME.',
  async run(args, { env, write }) {
    parseArgs({ args: [...args], options: {} });
    const database = await openDatabase(readConfig(CliConfig, env));
    try {
      const applied = await migrate(database);
      await prepareQueue({ kind: 'postgres', databaseUrl: database.url });
      write(applied.length === 0 ? 'Nothing to do.\n' : applied.map((name) => `Applied ${name}\n`).join(''));
      return 0;
    } finally {
      await database.stop();
    }
  },
};
