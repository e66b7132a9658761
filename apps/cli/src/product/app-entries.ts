import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StartError } from '@strata/runtime';

/** The processes that make up the product. */
export const appNames = ['webhook-ingest', 'worker', 'graphql-api'] as const;

/** The name of one of them, which is also that of its folder. */
export type AppName = (typeof appNames)[number];

/** The compiled program of an app. Apps know nothing of each other: this one starts the others as programs, by path. */
export function entryOf(name: AppName): string {
  const path = fileURLToPath(new URL(`../../../${name}/dist/main.js`, import.meta.url));
  if (!existsSync(path)) throw new StartError(`apps/${name} is not built: run \`npm start\`, which does it`);
  return path;
}
