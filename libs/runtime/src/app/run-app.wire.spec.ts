import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { createLogger } from '../log/create-logger.js';
import { startApp, type AppOptions, type RunningApp } from './run-app.js';

class Empty {}
Module({})(Empty);

const logger = createLogger({ name: 'test', level: 'silent' });
let running: RunningApp | undefined;
afterEach(async () => running?.stop());

async function start(changes: Partial<AppOptions> = {}): Promise<RunningApp> {
  running = undefined;
  running = await startApp({
    name: 'test',
    module: Empty,
    host: '127.0.0.1',
    port: 0,
    logger,
    readiness: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    ...changes,
  });
  return running;
}

async function ask(url: string): Promise<readonly [number, unknown]> {
  const response = await fetch(url);
  return [response.status, await response.json()];
}

describe('an app', () => {
  it('is alive even while it is not ready', async () => {
    const { url } = await start({ readiness: () => Promise.resolve(['the database is away']) });
    expect(await ask(`${url}/healthz`)).toEqual([200, { status: 'alive' }]);
    expect(await ask(`${url}/readyz`)).toEqual([503, { status: 'not ready', problems: ['the database is away'] }]);
  });

  it('takes a readiness check that throws for a problem', async () => {
    const { url } = await start({ readiness: () => Promise.reject(new Error('no connection')) });
    expect(await ask(`${url}/readyz`)).toEqual([503, { status: 'not ready', problems: ['no connection'] }]);
  });

  it('answers what is under way before it lets go of anything', async () => {
    const order: string[] = [];
    let arrived = (): void => undefined;
    const busy = new Promise<void>((resolve) => (arrived = resolve));
    const { url, stop } = await start({
      configure: (app) => {
        app
          .getHttpAdapter()
          .getInstance()
          .get('/slow', async () => {
            arrived();
            await new Promise((resolve) => setTimeout(resolve, 150));
            order.push('answered');
            return { done: true };
          });
      },
      close: () => {
        order.push('closed');
        return Promise.resolve();
      },
    });
    const answer = ask(`${url}/slow`);
    await busy;
    await Promise.all([stop(), stop()]);
    expect(await answer).toEqual([200, { done: true }]);
    expect(order).toEqual(['answered', 'closed']);
  });

  it('says in a sentence that its port is taken, and lets go of what it had opened', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    let closed = 0;
    const close = (): Promise<void> => Promise.resolve(void (closed += 1));
    await expect(start({ port, close })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use by another process`);
    expect(closed).toBe(1);
    other.close();
  });
});
