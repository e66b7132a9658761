import type { Logger } from '../log/create-logger.js';

/** How long a process may take to stop before it is ended hard. */
export const STOP_LIMIT_MS = 15_000;

/**
 * A terminal sends Ctrl-C to every process in the foreground, and npm sends it on once more: repeats this soon
 * after the first are one wish, later ones mean impatience.
 */
const SAME_WISH_MS = 1_000;

/** Where stopping is told: a log, or whatever an interactive command prints. */
export interface StopLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * Runs `stop` on the first SIGINT or SIGTERM, or when the process that started us is gone, and ends with 0.
 * A second signal, a failure, or more than `limitMs` ends with 1 at once.
 */
export function stopOnSignal(options: {
  readonly logger: StopLog;
  readonly stop: () => Promise<void>;
  readonly limitMs?: number;
}): void {
  const { logger, stop, limitMs = STOP_LIMIT_MS } = options;
  let stoppingSince: number | null = null;

  const begin = (reason: string): void => {
    stoppingSince = performance.now();
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      logger.error({ limitMs }, 'could not stop in time: ending at once');
      process.exit(1);
    }, limitMs).unref();
    stop().then(
      () => {
        logger.info({}, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  const onSignal = (signal: string): void => {
    if (stoppingSince === null) return begin(signal);
    if (performance.now() - stoppingSince < SAME_WISH_MS) return;
    logger.warn({ signal }, 'told twice to stop: ending at once');
    process.exit(1);
  };

  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  if (process.connected) {
    process.once('disconnect', () => {
      if (stoppingSince === null) begin('the parent process is gone');
    });
  }
}

/** Ends the process with 1 on a bug that nobody caught: its state can no longer be trusted. */
export function endOnUncaught(logger: Pick<Logger, 'fatal'>): void {
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'nobody caught this: ending');
    process.exit(1);
  });
}
