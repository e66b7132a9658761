import { stopKept } from './kept-server.js';

/** The end of `global-setup.ts`. */
export default async function globalTeardown(): Promise<void> {
  await stopKept();
}
