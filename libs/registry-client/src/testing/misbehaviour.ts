import { setTimeout as sleep } from 'node:timers/promises';
import { answer, type Call } from './call.js';

/** One thing that a registry may do instead of answering well. */
export type Misbehaviour =
  /** Whatever status, headers and body: an error, a web page, wrong bytes, a hostile redirect or challenge. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string | Uint8Array;
    }
  /** The ordinary answer, late. */
  | { readonly kind: 'late'; readonly delayMs: number }
  /** The ordinary answer's headers with only the first bytes of `body`, then a closed connection. */
  | { readonly kind: 'cut'; readonly promisedBytes: number; readonly body: string | Uint8Array }
  /** A 200 whose body never ends: `chunk` again and again, with a pause in between. */
  | { readonly kind: 'endless'; readonly chunk: string; readonly pauseMs: number }
  /** A connection closed without a word. */
  | { readonly kind: 'reset' }
  /** No answer at all. */
  | { readonly kind: 'silence' }
  /** The ordinary answer; a place in a sequence. */
  | { readonly kind: 'well' };

/** Which requests are meant. */
export interface Where {
  readonly method?: string;
  /** Part of the path with its query, or a pattern for it. */
  readonly path?: string | RegExp;
}

/** The misbehaviour that is planned for the coming requests. */
export interface Script {
  plan(where: Where, steps: readonly Misbehaviour[]): void;
  /** The next step for a request; null when nothing is planned. Each step serves once, the last one for ever. */
  next(method: string, path: string): Misbehaviour | null;
  clear(): void;
}

/** An empty plan: everything goes well. */
export function openScript(): Script {
  let plans: { readonly where: Where; readonly steps: Misbehaviour[] }[] = [];
  return {
    plan: (where, steps) => void plans.unshift({ where, steps: [...steps] }),
    next(method, path) {
      const plan = plans.find(({ where }) => matches(where, method, path));
      if (plan === undefined) return null;
      return (plan.steps.length > 1 ? plan.steps.shift() : plan.steps[0]) ?? null;
    },
    clear: () => void (plans = []),
  };
}

/** Does it. True when the ordinary answer is still to be given. */
export async function misbehave(call: Call, step: Misbehaviour): Promise<boolean> {
  const { response, request } = call;
  switch (step.kind) {
    case 'well':
      return true;
    case 'late':
      await sleep(step.delayMs);
      return true;
    case 'answer': {
      for (const [name, value] of Object.entries(step.headers ?? {})) response.setHeader(name, value);
      request.resume();
      answer(call, step.status, {}, step.body);
      return false;
    }
    case 'cut':
      response.writeHead(200, { 'content-length': String(step.promisedBytes) });
      response.write(step.body, () => response.destroy());
      return false;
    case 'endless':
      await pourInto(call, step.chunk, step.pauseMs);
      return false;
    case 'reset':
      request.socket.resetAndDestroy();
      return false;
    case 'silence':
      return false;
  }
}

async function pourInto({ response }: Call, chunk: string, pauseMs: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  response.on('error', () => undefined);
  while (!response.destroyed) {
    const hasRoom = response.write(chunk);
    if (pauseMs > 0) await sleep(pauseMs, undefined, { ref: false });
    else if (!hasRoom) await roomIn(response);
  }
}

function roomIn(response: Call['response']): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

function matches({ method, path }: Where, actualMethod: string, actualPath: string): boolean {
  if (method !== undefined && method !== actualMethod) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? actualPath.includes(path) : path.test(actualPath);
}
