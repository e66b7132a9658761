import { errorOf } from './answer/error-of.js';
import type { Authorizer } from './auth/authorizer.js';
import { followRedirectsWith } from './http/follow-redirects.js';
import { send, type Answer, type Ask, type Line } from './http/send.js';
import { RegistryError } from './registry-error.js';
import { scopeOf, urlOf, type Resource } from './resource-path.js';

/** What every question to one registry shares. */
export interface Tools {
  readonly baseUrl: URL;
  readonly line: Line;
  readonly authorizer: Authorizer;
  readonly now: () => number;
}

/** One question to a registry. */
export interface Question {
  readonly method: 'GET' | 'HEAD';
  readonly resource: Resource;
  /** Without the question mark. */
  readonly query?: string;
  readonly accept: string;
  /** Of the answer's body. */
  readonly ceilingBytes: number;
}

/** Asks with the right credentials, once more with fresh ones after a 401. Any status may come back. */
export function askRegistry(tools: Tools, question: Question, signal: AbortSignal): Promise<Answer> {
  return askRegistryWith(send, tools, question, signal);
}

/** As `askRegistry`, with another way to read the answer. */
export async function askRegistryWith<A extends Answer>(
  deliver: (line: Line, ask: Ask, signal: AbortSignal) => Promise<A>,
  tools: Tools,
  question: Question,
  signal: AbortSignal,
): Promise<A> {
  const { method, resource, ceilingBytes } = question;
  const url = urlOf(tools.baseUrl, resource, question.query);
  const scope = scopeOf(resource);
  const ask = (authorization: string | null) =>
    followRedirectsWith(
      deliver,
      tools.line,
      {
        method,
        url,
        ceilingBytes,
        headers: { accept: question.accept, ...(authorization === null ? {} : { authorization }) },
      },
      signal,
    );
  const authorization = await tools.authorizer.current(scope, signal);
  const answer = await ask(authorization.header);
  if (answer.status !== 401 || isElsewhere(answer, url)) return answer;
  const renewed = await tools.authorizer.renew(scope, answer, authorization, signal);
  return ask(renewed.header);
}

/**
 * The error that stands for an answer other than 200. What another host answered after a redirect is not the
 * registry's word, so it is never more than `unavailable`.
 */
export function refusalOf(tools: Tools, answer: Answer): RegistryError {
  const error = errorOf(answer);
  if (!isElsewhere(answer, tools.baseUrl) || error.code === 'rate-limited') return error;
  return new RegistryError('unavailable', `${error.message}, after a redirect`, { status: answer.status });
}

function isElsewhere(answer: Answer, url: URL): boolean {
  return answer.url.origin !== url.origin;
}
