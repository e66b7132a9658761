import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '../log/create-logger.js';
import { nestLogger } from '../log/nest-logger.js';
import { mountHealth, type Readiness } from './health.js';
import { explainListenError } from './start-error.js';
import { endOnUncaught, stopOnSignal } from './stop-on-signal.js';

/** What makes one app of the product different from the next. */
export interface AppOptions {
  readonly name: string;
  readonly module: Type | DynamicModule;
  readonly host: string;
  /** 0 lets the system choose; the ready line tells. */
  readonly port: number;
  readonly logger: Logger;
  readonly readiness: Readiness;
  readonly fastifyOptions?: ConstructorParameters<typeof FastifyAdapter>[0];
  /** Runs before the app is initialised: parsers, hooks and plugins of Fastify go here. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** Lets go of what the app holds (connections, timers); called after the last request was answered. */
  readonly close: () => Promise<void>;
}

/** An app that listens. */
export interface RunningApp {
  readonly app: NestFastifyApplication;
  /** Its base address, without a slash at the end. */
  readonly url: string;
  /** Stops accepting, lets requests under way finish, then lets go of everything. May be called twice. */
  stop(): Promise<void>;
}

/**
 * No route of ours has a schema of Fastify's kind: our own checks come with the code and the place of what is wrong. The compilers for
 * them are three copies of ajv, which else are loaded into each process.
 */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
};

function noSchemas(): never {
  throw new Error('a route has a schema, and nothing compiles those');
}

/** Requests that are still running this long after the stop began are cut off, so that the rest can close in time. */
const DRAIN_MS = 8_000;

/** Closing a server ends connections that are idle at that moment; this catches those that fall idle after their last answer. */
const SWEEP_MS = 50;

/**
 * Starts one app and listens, without touching the process: what tests use. Throws `StartError` when the port
 * cannot be had; whatever was opened is closed again then.
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { host, port, logger } = options;
  const adapter = new FastifyAdapter({ schemaController: NO_SCHEMAS, ...options.fastifyOptions });
  let app: NestFastifyApplication | undefined;
  try {
    app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
      logger: nestLogger(logger),
      abortOnError: false,
    });
    mountHealth(app.getHttpAdapter().getInstance(), options.readiness);
    await options.configure?.(app);
    await app.listen(port, host);
  } catch (error) {
    await app?.close().catch((closeError: unknown) => logger.warn({ err: closeError }, 'closing after a failed start'));
    await options.close();
    throw explainListenError(error, host, port);
  }
  return { app, url: addressOf(app, host), stop: stopOnce(app, options.close) };
}

/**
 * What a main.ts calls: starts the app, says that it is ready (a log line with the field `ready`, and an IPC
 * message `{ ready: url }` to a parent process), and stops it cleanly on a signal. Throws as `startApp` does.
 */
export async function runApp(options: AppOptions): Promise<RunningApp> {
  endOnUncaught(options.logger);
  const running = await startApp(options);
  stopOnSignal({ logger: options.logger, stop: () => running.stop() });
  options.logger.info({ ready: running.url }, `${options.name} is ready at ${running.url}`);
  process.send?.({ ready: running.url });
  return running;
}

function stopOnce(app: NestFastifyApplication, close: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const server = app.getHttpServer();
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
      clearTimeout(cutOff);
      await close();
    }
  };
  return () => (stopped ??= stop());
}

function addressOf(app: NestFastifyApplication, host: string): string {
  const address: unknown = app.getHttpServer().address();
  const known = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${known}`;
}
