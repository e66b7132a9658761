import type { LoggerService } from '@nestjs/common';
import type { Logger } from './create-logger.js';

/** Lets Nest speak into our log. Its start-up chatter goes to debug: an operator wants one ready line. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'fatal' | 'error' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: readonly unknown[]): void => {
      const context = rest.length > 0 ? rest[rest.length - 1] : undefined;
      const details = rest.slice(0, -1);
      const fields = { context, ...(details.length > 0 ? { details } : {}) };
      if (message instanceof Error) logger[level]({ ...fields, err: message }, message.message);
      else if (typeof message === 'string') logger[level](fields, message);
      else logger[level]({ ...fields, message }, 'nest');
    };
  return {
    log: write('debug'),
    fatal: write('fatal'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
  };
}
