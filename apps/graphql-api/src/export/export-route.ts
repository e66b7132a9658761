import { once } from 'node:events';
import { exportColumn, exportRows, type Catalog, type ExportRow } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { formatErrors } from '../answer/format-errors.js';
import { AuthenticationError } from '../caller/authentication-error.js';
import type { Authenticate } from '../caller/authenticator.js';
import { requirePermission } from '../caller/caller.js';
import { presentedBy } from '../caller/presented.js';
import { openExportWriter } from './format-export.js';
import { readExport, type ExportRequest } from './read-export.js';

/** What exports may take of the API. */
export interface ExportLimits {
  /** Each holds a connection for as long as its reader takes; the questions need the others. */
  readonly atOnce: number;
  /** A reader who takes nothing for so long has gone. */
  readonly stallMs: number;
}

/** What holds unless a test says otherwise. */
export const EXPORT_LIMITS: ExportLimits = { atOnce: 3, stallMs: 60_000 };

interface ExportTools {
  readonly catalog: Catalog;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly limits: ExportLimits;
}

/**
 * `GET /export/{tags,images,layers,findings}.{csv,jsonl,json}`: any filter as one file, in a stable order. A mistake is answered
 * with a code before the first byte. What goes wrong later breaks the connection off without the last chunk (RFC 9112
 * section 8), and JSON lacks its closing bracket, so that nobody takes a part for the whole.
 */
export function mountExport(server: FastifyInstance, tools: ExportTools): void {
  const { atOnce } = tools.limits;
  let running = 0;
  server.get<{ Params: { file: string } }>('/export/:file', { exposeHeadRoute: false }, async (request, reply) => {
    if (running >= atOnce) {
      const message = `${atOnce} exports are running; try again soon`;
      return reply
        .header('retry-after', '10')
        .status(503)
        .send({ errors: [{ message, extensions: { code: 'BUSY' } }] });
    }
    running += 1;
    try {
      await answer(server.graphql.schema, tools, request, reply);
    } finally {
      running -= 1;
    }
    return reply;
  });
}

async function answer(
  schema: GraphQLSchema,
  { catalog, authenticate, logger, limits }: ExportTools,
  request: FastifyRequest<{ Params: { file: string } }>,
  reply: FastifyReply,
): Promise<void> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const cutOff = (error: unknown): void => {
    logger.error({ err: error ?? new Error('its reader took nothing for too long') }, 'an export was cut off');
    reply.raw.destroy();
  };
  try {
    requirePermission(await authenticate(presentedBy(request.raw)), 'read');
    const asked = readExport(schema, request.params.file, request.query);
    if (asked === null) {
      const message = 'there are tags, images, layers and findings, as .csv, .jsonl and .json';
      await reply.status(404).send({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
      return;
    }
    const steps = exportRows(catalog, asked.query, asked.fields, gone.signal);
    try {
      const first = await steps.next(); // whatever is wrong with the question is known from here on
      await stream(reply, asked, first, { steps, signal: gone.signal, onStall: () => cutOff(null), ...limits });
    } finally {
      await steps.return(undefined);
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    if (reply.raw.headersSent) return cutOff(error);
    if (error instanceof AuthenticationError) {
      const { message, code, challenge } = error;
      await reply
        .header('www-authenticate', challenge)
        .status(401)
        .send({ errors: [{ message, extensions: { code } }] });
      return;
    }
    const { status, errors } = formatErrors([error], logger, false);
    await reply.status(status === 200 ? 500 : status).send({ errors });
  }
}

/** Where the rows come from, and what ends them before their end. */
interface Source {
  readonly steps: AsyncGenerator<readonly ExportRow[]>;
  readonly signal: AbortSignal;
  readonly stallMs: number;
  readonly onStall: () => void;
}

async function stream(
  reply: FastifyReply,
  { format, fields, fileName }: ExportRequest,
  first: IteratorResult<readonly ExportRow[], unknown>,
  { steps, signal, stallMs, onStall }: Source,
): Promise<void> {
  const writer = openExportWriter(format, fields.map(exportColumn));
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': writer.contentType,
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  /** Waits for a reader who is slower than the database. */
  const write = async (text: string): Promise<void> => {
    if (text === '' || raw.write(text)) return;
    const stall = setTimeout(onStall, stallMs);
    await once(raw, 'drain', { signal }).finally(() => clearTimeout(stall));
  };
  await write(writer.begin);
  if (first.done !== true) await write(writer.rows(first.value));
  for await (const rows of steps) await write(writer.rows(rows));
  raw.end(writer.end);
}
