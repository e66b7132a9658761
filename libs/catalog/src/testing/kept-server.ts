import type { TestServer } from './find-server.js';

let kept: TestServer | null = null;

/** Jest runs set-up and tear-down as two modules in one process; this is what they share. */
export function keepForTeardown(server: TestServer): void {
  kept = server;
}

/** Gives the server back, if there is one. */
export async function stopKept(): Promise<void> {
  await kept?.stop();
  kept = null;
}
