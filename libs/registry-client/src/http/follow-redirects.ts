import { LIMITS } from '../limits.js';
import { RegistryError } from '../registry-error.js';
import { describeAsk, headerOf, send, type Answer, type Ask, type Line } from './send.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows at most three redirects by hand. Credentials stay with the origin they were
 * meant for and are not picked up again once it was left; a form, which may hold them, goes nowhere else at all.
 * `checkHop` may refuse a hop by throwing. Throws `forbidden-address` for a hop to plain HTTP, another scheme or with a
 * password in it.
 */
export function followRedirects(
  line: Line,
  ask: Ask,
  signal: AbortSignal,
  checkHop: (url: URL) => void = () => undefined,
): Promise<Answer> {
  return followRedirectsWith(send, line, ask, signal, checkHop);
}

/** As `followRedirects`, with another way to read the answers. */
export async function followRedirectsWith<A extends Answer>(
  deliver: (line: Line, ask: Ask, signal: AbortSignal) => Promise<A>,
  line: Line,
  ask: Ask,
  signal: AbortSignal,
  checkHop: (url: URL) => void = () => undefined,
): Promise<A> {
  let current = ask;
  for (let hops = 0; ; hops += 1) {
    const answer = await deliver(line, current, signal);
    if (!REDIRECTS.has(answer.status)) return answer;
    if (hops === LIMITS.redirects) throw badRedirect(ask, `more than ${LIMITS.redirects} redirects`);
    const url = nextUrl(answer, ask);
    checkHop(url);
    if (ask.method === 'POST') checkFormHop(answer, url);
    const headers = url.origin === current.url.origin ? current.headers : withoutCredentials(current.headers);
    current = { ...current, url, headers };
  }
}

function nextUrl(answer: Answer, ask: Ask): URL {
  const location = headerOf(answer.headers, 'location');
  if (location === null || location === '') throw badRedirect(ask, 'a redirect to nowhere');
  if (!URL.canParse(location, answer.url.href)) throw badRedirect(ask, 'a redirect to something that is no URL');
  const url = new URL(location, answer.url);
  url.hash = '';
  const refused =
    url.protocol === 'https:' || (url.protocol === 'http:' && answer.url.protocol === 'http:')
      ? url.username !== '' || url.password !== ''
      : true;
  if (refused) throw forbiddenHop(ask, url);
  return url;
}

function forbiddenHop(ask: Pick<Ask, 'method' | 'url'>, { protocol, host }: URL): RegistryError {
  return new RegistryError(
    'forbidden-address',
    `${describeAsk(ask)}: redirected to ${protocol}//${host}, which is refused`,
  );
}

/** Only 307 and 308 ask for the same form again (RFC 9110, 15.4). */
function checkFormHop(answer: Answer, url: URL): void {
  if (url.origin !== answer.url.origin) throw forbiddenHop(answer, url);
  if (answer.status !== 307 && answer.status !== 308) throw badRedirect(answer, 'a redirect that drops the form');
}

function withoutCredentials(headers: Ask['headers']): Ask['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
}

function badRedirect(ask: Pick<Ask, 'method' | 'url'>, problem: string): RegistryError {
  return new RegistryError('bad-response', `${describeAsk(ask)}: ${problem}`);
}
