import { describe, expect, it } from '@jest/globals';
import { createLogger, type Logger } from './create-logger.js';
import { nestLogger } from './nest-logger.js';

function loggerInto(lines: string[]): Logger {
  return createLogger({ name: 'test', level: 'trace', destination: { write: (line: string) => lines.push(line) } });
}

function logged(write: (logger: Logger) => void): string {
  const lines: string[] = [];
  write(loggerInto(lines));
  return lines.join('');
}

describe('the log', () => {
  it('writes one JSON line per event, with level and time for people', () => {
    const line = logged((logger) => logger.info({ source: 'local' }, 'taken'));
    expect(JSON.parse(line)).toMatchObject({ level: 'info', name: 'test', source: 'local', msg: 'taken' });
    expect(line).toMatch(/"time":"\d{4}-\d\d-\d\dT[^"]+Z"/);
  });

  const secret = 'hunter2';
  const failed = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);
  it.each<readonly [string, (logger: Logger) => void]>([
    ['an authorization header', (log) => log.info({ req: { headers: { authorization: `Bearer ${secret}` } } })],
    ['a header of another spelling', (log) => log.info({ headers: { 'Proxy-Authorization': secret, Cookie: secret } })],
    ['a list of secrets', (log) => log.info({ source: { secrets: [secret] } })],
    ['fields of a list', (log) => log.info({ sources: [{ credentials: { password: secret } }] })],
    ['a token far down', (log) => log.info({ a: { b: { c: { d: { e: { f: { g: { token: secret } } } } } } } })],
    ['a URL in a message', (log) => log.info(`asking https://reader:${secret}@registry.example/v2/`)],
    ['a URL in a field', (log) => log.info({ url: `postgres://strata:${secret}@127.0.0.1/strata` })],
    ['a password with an at sign', (log) => log.info(`redis://:x@${secret}@127.0.0.1`)],
    ['a header in a message', (log) => log.warn(`sent "authorization: Basic ${secret}"`)],
    ['an error', (log) => log.error({ err: failed(`no route to http://a:${secret}@b/`, { password: secret }) })],
    ['the cause of an error', (log) => log.error({ err: new Error('x', { cause: failed(`amqp://:${secret}@b`) }) })],
    ['an error as the whole event', (log) => log.error(failed('x', { config: { token: secret } }))],
    ['a child of the log', (log) => log.child({ token: secret }).info('x')],
  ])('keeps the secret of %s to itself', (_, write) => {
    const text = logged(write);
    expect(text).not.toBe('');
    expect(text).not.toContain(secret);
  });

  it('leaves image references alone', () => {
    const reference = 'http://localhost:5000/v2/team/app@sha256:00';
    expect(logged((logger) => logger.info(reference))).toContain(reference);
  });

  it('gives Nest a voice, with its context and the error it met', () => {
    const lines: string[] = [];
    const nest = nestLogger(loggerInto(lines));
    nest.log('Mapped {/x}', 'RouterExplorer');
    nest.error('boom', 'the stack', 'ExceptionsHandler');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'debug', msg: 'Mapped {/x}', context: 'RouterExplorer' },
      { level: 'error', msg: 'boom', details: ['the stack'], context: 'ExceptionsHandler' },
    ]);
  });
});
