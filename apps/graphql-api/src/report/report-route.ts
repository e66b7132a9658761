import { findSnapshot, findSnapshots, makeReport, type Catalog, type SnapshotRow } from '@strata/catalog';
import { digestOf } from '@strata/oci';
import { formatReport, REPORT_FORMATS, REPORT_MEDIA_TYPES, REPORT_NAMES } from '@strata/report';
import type { Logger } from '@strata/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formatErrors } from '../answer/format-errors.js';
import { userError } from '../answer/user-error.js';
import { AuthenticationError } from '../caller/authentication-error.js';
import type { Authenticate } from '../caller/authenticator.js';
import { requirePermission } from '../caller/caller.js';
import { presentedBy } from '../caller/presented.js';
import { readReportRequest } from './read-report-request.js';

/** What the routes of reports need of their process. */
export interface ReportTools {
  readonly catalog: Catalog;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Each holds a connection for as long as it is made; the questions need the others. */
const AT_ONCE = 2;

/** No snapshot list is longer; the older ones have been read by then. */
const MAX_SNAPSHOTS = 1_000;

/**
 * `GET /reports/<name>.{json,csv,html}` makes a report, `GET /reports/snapshots` lists those that were kept, and
 * `GET /reports/snapshots/<digest or revision>` gives one as it was, with `.sig` behind it its signature.
 */
export function mountReports(server: FastifyInstance, tools: ReportTools): void {
  const options = { exposeHeadRoute: false };
  let running = 0;
  server.get<{ Params: { file: string } }>('/reports/:file', options, async (request, reply) => {
    if (running >= AT_ONCE) return busy(reply);
    running += 1;
    try {
      return await answering(tools, request, reply, () => sendReport(server, tools, request, reply));
    } finally {
      running -= 1;
    }
  });
  server.get('/reports/snapshots', options, (request, reply) =>
    answering(tools, request, reply, async () => reply.send(await listSnapshots(tools, request.query))),
  );
  server.get<{ Params: { id: string } }>('/reports/snapshots/:id', options, (request, reply) =>
    answering(tools, request, reply, () => sendSnapshot(tools, request.params.id, reply)),
  );
}

function busy(reply: FastifyReply): FastifyReply {
  const message = `${AT_ONCE} reports are being made; try again soon`;
  return reply
    .header('retry-after', '10')
    .status(503)
    .send({ errors: [{ message, extensions: { code: 'BUSY' } }] });
}

/** Asks who asks, and turns what goes wrong into an answer. */
async function answering(
  { authenticate, logger }: ReportTools,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    requirePermission(await authenticate(presentedBy(request.raw)), 'read');
    return await answer();
  } catch (error) {
    if (error instanceof AuthenticationError) {
      const { message, code, challenge } = error;
      return reply
        .header('www-authenticate', challenge)
        .status(401)
        .send({ errors: [{ message, extensions: { code } }] });
    }
    const { status, errors } = formatErrors([error], logger, false);
    return reply.status(statusOf(errors[0]?.extensions?.['code'], status)).send({ errors });
  }
}

function statusOf(code: unknown, otherwise: number): number {
  if (code === 'NOT_FOUND') return 404;
  return otherwise === 200 ? 500 : otherwise;
}

async function sendReport(
  server: FastifyInstance,
  { catalog, now }: ReportTools,
  request: FastifyRequest<{ Params: { file: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = readReportRequest(server.graphql.schema, request.params.file, request.query);
  if (asked === null)
    throw userError('NOT_FOUND', `there are ${REPORT_NAMES.join(', ')}, as .${REPORT_FORMATS.join(', .')}`);
  const report = await makeReport(catalog, asked.request, now());
  const bytes = formatReport(report, asked.format, asked.table);
  if (bytes === null) throw userError('BAD_USER_INPUT', `${report.report} has no table ${asked.table ?? ''}`, 'table');
  return send(reply, bytes, {
    mediaType: REPORT_MEDIA_TYPES[asked.format],
    digest: digestOf(bytes),
    revision: report.revision,
    fileName: `strata-${report.report}.${asked.format}`,
  });
}

async function listSnapshots({ catalog }: ReportTools, query: unknown): Promise<unknown> {
  const name = typeof query === 'object' && query !== null && 'name' in query ? query.name : null;
  if (name !== null && typeof name !== 'string') throw userError('BAD_USER_INPUT', 'name is to be given once', 'name');
  return { snapshots: (await findSnapshots(catalog.pool, { name, limit: MAX_SNAPSHOTS })).map(toListed) };
}

function toListed({
  name,
  report,
  parameters,
  revision,
  asOf,
  digest,
  mediaType,
  sizeBytes,
  keyId,
  createdAt,
}: SnapshotRow) {
  return { name, report, parameters, revision, asOf, digest, mediaType, sizeBytes, keyId, createdAt };
}

const SIGNATURE_ENDING = '.sig';

async function sendSnapshot({ catalog }: ReportTools, id: string, reply: FastifyReply): Promise<FastifyReply> {
  const isSignature = id.endsWith(SIGNATURE_ENDING);
  const wanted = isSignature ? id.slice(0, -SIGNATURE_ENDING.length) : id;
  const snapshot = await findSnapshot(catalog.pool, wanted);
  if (snapshot === null) throw userError('NOT_FOUND', 'no snapshot is kept under this digest or revision');
  const { bytes, signature, keyId, mediaType, digest, revision, name } = snapshot;
  if (isSignature && signature === null) throw userError('NOT_FOUND', 'this snapshot is not signed');
  if (keyId !== null) reply.header('x-strata-key-id', keyId);
  return isSignature && signature !== null
    ? send(reply, signature, { mediaType: 'application/octet-stream', digest, revision, fileName: `${name}.sig` })
    : send(reply, bytes, { mediaType, digest, revision, fileName: `${name}${endingOf(mediaType)}` });
}

function endingOf(mediaType: string): string {
  const format = REPORT_FORMATS.find((known) => REPORT_MEDIA_TYPES[known] === mediaType);
  return format === undefined ? '' : `.${format}`;
}

/** The page says so itself; a browser that shows it holds it to that. */
const NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** `digest` is that of the report, also beside its signature. */
function send(
  reply: FastifyReply,
  bytes: Uint8Array,
  { mediaType, digest, revision, fileName }: Readonly<Record<'mediaType' | 'digest' | 'revision' | 'fileName', string>>,
): FastifyReply {
  const disposition = mediaType.startsWith('text/html') ? 'inline' : 'attachment';
  return reply
    .header('content-type', mediaType)
    .header('content-disposition', `${disposition}; filename="${fileName}"`)
    .header('content-security-policy', NO_SCRIPTS)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .header('x-strata-digest', digest)
    .header('x-strata-revision', revision)
    .send(Buffer.from(bytes));
}
