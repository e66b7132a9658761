import { pino, type DestinationStream, type LevelWithSilent, type Logger as PinoLogger } from 'pino';
import { REDACTED, redactFields, redactText } from './redact.js';

/** The log of one process; JSON lines, one event each. */
export type Logger = PinoLogger;

/**
 * Opens the log of a process on standard output. Secrets are taken out twice: fields by their name, and
 * credentials inside any text, so that an error which quotes a connection string is safe to keep.
 */
export function createLogger(options: {
  readonly name: string;
  readonly level: LevelWithSilent;
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    redact: { paths: ['authorization', 'cookie', 'password', 'secret', 'token'], censor: REDACTED }, // for children's fields
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redactFields(fields),
    },
    hooks: { streamWrite: redactText },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
