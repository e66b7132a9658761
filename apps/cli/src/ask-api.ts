import { StartError } from '@strata/runtime';
import { z } from 'zod';
import type { ApiAddress } from './api-address.js';

const Answer = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string().optional(), argument: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

/**
 * Asks the running API a question, as its caller's token allows, and reads the answer in the shape that is wanted. Throws
 * `StartError` with what the API says, or where it cannot be reached.
 */
export async function askApi<T>(
  { base, headers }: ApiAddress,
  question: { readonly query: string; readonly variables: object; readonly shape: z.ZodType<T> },
): Promise<T> {
  const { query, variables, shape } = question;
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  }).catch((cause: unknown) => {
    throw new StartError(`the API at ${base} cannot be reached`, { cause });
  });
  const answer = Answer.safeParse(await response.json().catch(() => null));
  if (!answer.success) throw new StartError(`what answers at ${base} is not the API of Strata (${response.status})`);
  const { data, errors = [] } = answer.data;
  if (errors.length === 0) return shape.parse(data);
  const said = errors.map(({ message, extensions = {} }) => {
    const { code = 'ERROR', argument } = extensions;
    return `${code}${argument === undefined ? '' : ` at ${argument}`}: ${message}`;
  });
  throw new StartError(said.join('\n'));
}
