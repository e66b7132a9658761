import { readConfig, type Environment } from '@strata/runtime';
import { CliConfig } from './cli-config.js';
import { UsageError } from './command.js';

/** Where the API is, and who we are to it. */
export interface ApiAddress {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The API of the running product, or the one at `url`; with the token of `STRATA_TOKEN`. Throws `UsageError`. */
export function readApiAddress(env: Environment, url: string | undefined): ApiAddress {
  const { STRATA_API_PORT: port, STRATA_TOKEN: token } = readConfig(CliConfig, env);
  const base = url ?? `http://127.0.0.1:${port}`;
  if (!URL.canParse(base)) throw new UsageError('--url must be a URL such as http://127.0.0.1:3000');
  return { base, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}
