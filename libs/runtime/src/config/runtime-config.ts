import { isIP } from 'node:net';
import { z } from 'zod';

/** A TCP port as a variable holds it; 0 lets the system choose. */
export const Port = z.coerce.number('must be a port number').int().min(0).max(65_535);

/** The variables that every process of the product shares; spread its shape into the app's own schema. */
export const RuntimeConfig = z.object({
  /** The address to listen on; loopback, so that nothing is reachable from outside unless somebody says so. */
  STRATA_BIND: z
    .string()
    .refine((text) => isIP(text) !== 0 || text === 'localhost', 'must be an IP address such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  /** The folder for everything the product writes on this machine. */
  STRATA_HOME: z.string().default('.strata'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
