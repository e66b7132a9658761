import type { Logger } from '../log/create-logger.js';

/** How long a process may take to stop before it is ended hard. */
export const STOP_LIMIT_MS = 15_000;

/**
 * Runs `stop` on the first SIGINT or SIGTERM, or when the process that started us is gone, and ends with 0.
 * A second signal, a failure, or more than `limitMs` ends with 1 at once.
 */
export function stopOnSignal(options: {
  readonly logger: Logger;
  readonly stop: () => Promise<void>;
  readonly limitMs?: number;
}): void {
  const { logger, stop, limitMs = STOP_LIMIT_MS } = options;
  let stopping = false;

  const begin = (reason: string): void => {
    if (stopping) {
      logger.warn({ reason }, 'told twice to stop: ending at once');
      process.exit(1);
    }
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error({ limitMs }, 'could not stop in time: ending at once');
      process.exit(1);
    }, limitMs).unref();
    stop().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };

  process.on('SIGINT', begin);
  process.on('SIGTERM', begin);
  if (process.connected) process.once('disconnect', () => !stopping && begin('the parent process is gone'));
}

/** Ends the process with 1 on a bug that nobody caught: its state can no longer be trusted. */
export function endOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'nobody caught this: ending');
    process.exit(1);
  });
}
