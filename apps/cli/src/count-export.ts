import { z } from 'zod';
import type { ApiAddress } from './api-address.js';

/** The lists that can be exported. */
export type ExportKind = 'tags' | 'images' | 'layers' | 'findings';

const QUESTIONS: Readonly<Record<ExportKind, string>> = {
  tags: 'query ($where: TagFilter, $asOf: DateTime) { list: tags(where: $where, asOf: $asOf) { totalCount } }',
  images: 'query ($where: ImageFilter) { list: images(where: $where) { totalCount } }',
  layers: 'query ($where: LayerFilter) { list: layers(where: $where) { totalCount } }',
  findings: 'query ($where: FindingFilter) { list: findings(where: $where) { totalCount } }',
};

const Answer = z.object({ data: z.object({ list: z.object({ totalCount: z.number() }) }) });

/** How long an export waits to know its length; it goes on without. */
const COUNT_TIMEOUT_MS = 3_000;

/** How many rows an export will have, for its progress; null where the API does not say in time. Never throws. */
export async function countExport(
  { base, headers }: ApiAddress,
  kind: ExportKind,
  { where, asOf }: { readonly where: string | undefined; readonly asOf: string | undefined },
): Promise<number | null> {
  try {
    const variables = {
      ...(where === undefined ? {} : { where: JSON.parse(where) as unknown }),
      ...(asOf === undefined ? {} : { asOf }),
    };
    const response = await fetch(new URL('/graphql', base), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUESTIONS[kind], variables }),
      signal: AbortSignal.timeout(COUNT_TIMEOUT_MS),
    });
    return Answer.parse(await response.json()).data.list.totalCount;
  } catch {
    return null; // what is wrong with the question is said by the export itself
  }
}
