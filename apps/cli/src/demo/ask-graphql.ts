import type { z } from 'zod';
import { DemoError } from './demo-error.js';

/** Asks one question of the GraphQL API and checks the shape of the answer. Throws `DemoError` for anything else. */
export async function askGraphql<T>(url: string, query: string, data: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  const { status, text } = await post(url, JSON.stringify({ query }), signal).catch((cause: unknown) => {
    if (signal?.aborted === true) throw signal.reason;
    throw new DemoError(`the GraphQL API at ${url} cannot be reached`, { cause });
  });
  const answer = readJson(text);
  if (status !== 200 || answer === null || 'errors' in answer || !('data' in answer)) {
    throw new DemoError(`the GraphQL API refused a question: ${status} ${text.slice(0, 500)}\n${query}`);
  }
  const read = data.safeParse(answer.data);
  if (!read.success)
    throw new DemoError(`the GraphQL API answered something else than it was asked: ${read.error.message}`);
  return read.data;
}

async function post(url: string, body: string, signal?: AbortSignal) {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal: signal ?? null });
  return { status: response.status, text: await response.text() };
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // a proxy's page, for example; the caller shows it
  }
}
