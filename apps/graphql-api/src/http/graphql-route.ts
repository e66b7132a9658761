import type { Catalog } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import fastifyWebsocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import type { AskedContext } from '../answer/context.js';
import { formatErrors } from '../answer/format-errors.js';
import { turnstile, type Turnstile } from '../answer/turnstile.js';
import { AuthenticationError } from '../caller/authentication-error.js';
import type { Authenticate } from '../caller/authenticator.js';
import { presentedBy } from '../caller/presented.js';
import { limitError } from '../limits/limit-error.js';
import { LIMITS } from '../limits/limits.js';
import type { Transport } from '../limits/transport.js';
import type { Maker } from '../making/maker.js';
import type { PersistedQuestions } from '../persisted/persisted-questions.js';
import { textOfQuestion } from '../persisted/text-of-question.js';
import { openSockets } from '../socket/open-sockets.js';
import { isOwnPage } from './is-own-page.js';
import { QuestionError } from './question-error.js';
import { readQuestion, readQuestionOfUrl, type Question } from './read-question.js';

/** What the route needs of its process. */
export interface RouteTools {
  readonly catalog: Catalog;
  readonly writes: Catalog;
  readonly maker: Maker;
  readonly authenticate: Authenticate;
  readonly persisted: PersistedQuestions;
  readonly logger: Logger;
  /** How many queries are answered at once; what others wait with is little more than their text. */
  readonly questionsAtOnce: number;
}

/** With those who are being answered. */
type AskedTools = RouteTools & { readonly turns: Turnstile };

/** Headers that no page of another site can send without being asked first (CORS preflight, answered by nobody). */
const PREFLIGHT_HEADERS = ['graphql-require-preflight', 'apollo-require-preflight'] as const;

/**
 * POST with `application/json`, which no form and no foreign page can send without a preflight, GET for questions
 * that are known by their hash, and WebSockets from our own pages and from programs. Every other type and method is refused before anything is read.
 */
export function mountGraphql(server: FastifyInstance, given: RouteTools): void {
  const tools = { ...given, turns: turnstile(given.questionsAtOnce) };
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: LIMITS.bodyBytes },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, _request, reply) => refuse(error, reply, tools.logger));
    scope.post('/graphql', { bodyLimit: LIMITS.bodyBytes }, (request, reply) =>
      answer(scope, { request, read: () => readQuestion(request.body), transport: 'POST' }, reply, tools),
    );
    await scope.register(fastifyWebsocket, { options: { maxPayload: LIMITS.bodyBytes, verifyClient: isOwnPage } });
    scope.route({
      method: 'GET',
      url: '/graphql',
      handler: (request, reply) => answerGet(scope, request, reply, tools),
      wsHandler: openSockets({
        schema: () => scope.graphql.schema,
        persisted: tools.persisted,
        catalog: tools.catalog,
        authenticate: tools.authenticate,
        contextOf: (caller) => ({
          catalog: tools.catalog,
          writes: tools.writes,
          maker: tools.maker,
          caller,
          transport: 'WebSocket',
        }),
        logger: tools.logger,
      }),
    });
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (_request, reply) => refuseMethod(reply),
    });
  });
}

function answerGet(
  scope: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  tools: AskedTools,
): FastifyReply | Promise<FastifyReply> {
  const question = readQuestionOfUrl(request.query);
  if (question.query !== null) return refuseMethod(reply);
  if (PREFLIGHT_HEADERS.every((name) => request.headers[name] === undefined)) {
    throw new QuestionError('PREFLIGHT_REQUIRED', `a GET must carry the header ${PREFLIGHT_HEADERS[0]}`);
  }
  return answer(scope, { request, read: () => question, transport: 'GET' }, reply, tools);
}

/** A question as it came in; reading it may throw `QuestionError`. */
interface Asked {
  readonly request: FastifyRequest;
  readonly read: () => Question;
  readonly transport: Transport;
}

async function answer(
  scope: FastifyInstance,
  { request, read, transport }: Asked,
  reply: FastifyReply,
  { catalog, writes, maker, authenticate, persisted, logger, turns }: AskedTools,
): Promise<FastifyReply> {
  const caller = await authenticate(presentedBy(request.raw));
  const question = read();
  const text = textOfQuestion(question, persisted);
  const turn = turns.turn();
  const context: AskedContext & { reply: FastifyReply } = { catalog, writes, maker, caller, transport, turn, reply };
  try {
    const answered = await scope.graphql(text, context, question.variables, question.operationName);
    if (question.sha256 !== null) persisted.remember(text);
    return reply.send(answered);
  } catch (error) {
    const { status, errors } = formatErrors([error], logger, false);
    return reply.status(status).send({ data: null, errors });
  } finally {
    turn.end();
  }
}

function refuseMethod(reply: FastifyReply): FastifyReply {
  const message = 'ask with POST and a body of type application/json, or with GET and the hash of a known question';
  return send(reply.header('allow', 'GET, POST'), 405, 'METHOD_NOT_ALLOWED', message);
}

/** Fastify's own refusals, in the shape of every other answer. */
function refuse(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  if (error instanceof AuthenticationError) {
    return send(reply.header('www-authenticate', error.challenge), 401, error.code, error.message);
  }
  if (error instanceof QuestionError) return send(reply, error.status, error.code, error.message);
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
