import type { Catalog } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { ApiContext } from '../answer/context.js';
import { formatErrors } from '../answer/format-errors.js';
import { limitError } from '../limits/limit-error.js';
import { LIMITS } from '../limits/limits.js';
import { QuestionError, readQuestion, type Question } from './read-question.js';

/** What the route needs of its process. */
export interface RouteTools {
  readonly catalog: Catalog;
  readonly logger: Logger;
}

/**
 * The one transport: POST with `application/json`, which no form and no foreign page can send without being asked
 * first (CORS preflight, answered by nobody). Every other type and method is refused before anything is read.
 */
export function mountGraphql(server: FastifyInstance, tools: RouteTools): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: LIMITS.bodyBytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, _request, reply) => refuse(error, reply, tools.logger));
    scope.post('/graphql', { bodyLimit: LIMITS.bodyBytes }, (request, reply) => answer(scope, request, reply, tools));
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (_request, reply) =>
        send(
          reply.header('allow', 'POST'),
          405,
          'METHOD_NOT_ALLOWED',
          'ask with POST and a body of type application/json',
        ),
    });
  });
}

async function answer(
  scope: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { catalog, logger }: RouteTools,
): Promise<FastifyReply> {
  const { query, variables, operationName }: Question = readQuestion(request.body);
  const context: ApiContext & { reply: FastifyReply } = { catalog, reply };
  try {
    return reply.send(await scope.graphql(query, context, variables, operationName));
  } catch (error) {
    const { status, errors } = formatErrors([error], logger, false);
    return reply.status(status).send({ data: null, errors });
  }
}

/** Fastify's own refusals, in the shape of every other answer. */
function refuse(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  if (error instanceof QuestionError) return send(reply, 400, error.code, error.message);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const { message, extensions } = limitError('BODY_TOO_LARGE', `a question has at most ${LIMITS.bodyBytes} bytes`);
    return send(reply.header('connection', 'close'), 400, String(extensions['code']), message);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return send(reply, 415, 'UNSUPPORTED_MEDIA_TYPE', 'the body must be of type application/json');
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return send(reply, status, 'BAD_REQUEST', 'the request could not be read');
  return reply.status(500).send({ data: null, errors: formatErrors([error], logger, false).errors });
}

function send(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const errors: readonly GraphQLFormattedError[] = [{ message, extensions: { code } }];
  return reply.status(status).send({ data: null, errors });
}
