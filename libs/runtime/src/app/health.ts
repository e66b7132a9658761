import type { FastifyInstance } from 'fastify';

/** Asks whether a process can do its work: every problem in a sentence, none when it can. */
export type Readiness = () => Promise<readonly string[]>;

const CHECK_TIMEOUT_MS = 3_000;

/** Mounts `/healthz` (the process is alive) and `/readyz` (200, or 503 with the list of what is in the way). */
export function mountHealth(server: FastifyInstance, readiness: Readiness): void {
  server.get('/healthz', () => ({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    const problems = await askInTime(readiness);
    void reply.header('cache-control', 'no-store').status(problems.length === 0 ? 200 : 503);
    return { status: problems.length === 0 ? 'ready' : 'not ready', problems };
  });
}

async function askInTime(readiness: Readiness): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(
      () => resolve([`the check did not finish within ${CHECK_TIMEOUT_MS / 1_000} s`]),
      CHECK_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([readiness(), late]);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    clearTimeout(timer);
  }
}
