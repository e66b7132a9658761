import { z } from 'zod';

const Readiness = z.object({ problems: z.array(z.string()) });

const PAUSE_MS = 25;

/**
 * Asks `/readyz` until it says yes, for at most `limitMs`. Returns what is still in the way then, in sentences;
 * an app that listens but cannot work yet (Redis away, say) is no reason to take the others down.
 */
export async function waitUntilReady(url: string, limitMs: number): Promise<readonly string[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const problems = await problemsOf(url);
    if (problems.length === 0 || performance.now() > deadline) return problems;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function problemsOf(url: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    if (response.ok) return [];
    const { problems } = Readiness.parse(await response.json());
    return problems.length > 0 ? problems : [`it answers ${response.status}`];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
