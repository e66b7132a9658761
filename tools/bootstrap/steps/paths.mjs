import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Everything the tools write while they work; deleting it costs time, never data of the product. */
export const CACHE = join(ROOT, '.strata', 'cache');

/** The programs that npm installed. */
export const BIN = join(ROOT, 'node_modules', '.bin');
