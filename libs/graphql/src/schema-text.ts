import { readFileSync } from 'node:fs';

/** The whole contract in the schema definition language, as it stands beside this file in `src` and in `dist`. */
export const schemaText: string = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');
