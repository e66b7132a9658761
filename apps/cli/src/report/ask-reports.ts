import { readApiAddress } from '../api-address.js';
import type { Tools } from '../command.js';
import { refusalOf } from '../refusal-of.js';

/** Status of a command that was called in a way that the API does not understand. */
const STATUS_USAGE = 2;

/** Nobody could be asked, or may not be: not the fault of any image. */
const STATUS_NOT_ASKED = 3;

/** What the API gave, or the status with which the command ends because it gave nothing; the reason has been written. */
export type Asked =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly headers: Headers }
  | { readonly ok: false; readonly status: number };

/** Asks the API for something below `/reports`. */
export async function askReports(
  tools: Tools,
  url: string | undefined,
  path: string,
  parameters: readonly (readonly [string, string | undefined])[] = [],
): Promise<Asked> {
  const { base, headers } = readApiAddress(tools.env, url);
  const address = new URL(`/reports/${path}`, base);
  for (const [name, value] of parameters) if (value !== undefined) address.searchParams.append(name, value);
  try {
    const response = await fetch(address, { headers });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return { ok: true, bytes, headers: response.headers };
    tools.writeError(`strata: the API refuses: ${refusalOf(Buffer.from(bytes).toString())}\n`);
    return { ok: false, status: response.status === 400 || response.status === 404 ? STATUS_USAGE : STATUS_NOT_ASKED };
  } catch (error) {
    return notAsked(tools, `the API at ${address.origin} could not be asked`, error);
  }
}

/** Says why there is nothing to go on with. */
export function notAsked(tools: Tools, what: string, error: unknown): Extract<Asked, { ok: false }> {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  tools.writeError(`strata: ${what} (${cause instanceof Error ? cause.message : String(cause)})\n`);
  return { ok: false, status: STATUS_NOT_ASKED };
}
