import type { z } from 'zod';
import { DemoError } from './demo-error.js';

/** Asks one question of the GraphQL API and checks the shape of the answer. Throws `DemoError` for a refusal. */
export async function askGraphql<T>(url: string, query: string, data: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
    signal: signal ?? null,
  });
  const text = await response.text();
  const answer = readJson(text);
  if (!response.ok || answer === null || 'errors' in answer || !('data' in answer)) {
    throw new DemoError(`the GraphQL API refused a question: ${response.status} ${text.slice(0, 500)}\n${query}`);
  }
  const read = data.safeParse(answer.data);
  if (!read.success)
    throw new DemoError(`the GraphQL API answered something else than it was asked: ${read.error.message}`);
  return read.data;
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // a proxy's page, for example; the caller shows it
  }
}
