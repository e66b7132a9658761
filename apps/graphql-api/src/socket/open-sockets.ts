import type { WebSocket } from '@fastify/websocket';
import type { Catalog } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { ApiContext } from '../answer/context.js';
import { createChangeHub } from '../change/change-hub.js';
import { formatErrors } from '../answer/format-errors.js';
import { QuestionError } from '../http/question-error.js';
import { limitError } from '../limits/limit-error.js';
import { LIMITS } from '../limits/limits.js';
import type { PersistedQuestions } from '../persisted/persisted-questions.js';
import { answerSubscription } from './answer-subscription.js';
import { checkSocketQuestion } from './check-socket-question.js';

/** What answering over WebSockets needs. */
export interface SocketTools {
  readonly schema: () => GraphQLSchema;
  readonly persisted: PersistedQuestions;
  readonly catalog: Catalog;
  /** Made anew for each question and each event of a subscription, as for each request. */
  readonly contextOf: () => ApiContext;
  readonly logger: Logger;
}

/** WebSocket close codes (RFC 6455, 7.4.1, and its registry): 1013 asks the client to come back later. */
const TRY_AGAIN_LATER = 1013;

/** A peer that does not answer a ping in this time is gone. */
const KEEP_ALIVE_MS = 12_000;

/** Takes sockets that speak `graphql-transport-ws`, up to `LIMITS.sockets` at once. */
export function openSockets(tools: SocketTools): (socket: WebSocket) => void {
  const open = new Set<WebSocket>();
  const server = graphqlServer(tools);
  return (socket) => {
    socket.on('error', (error) => tools.logger.debug({ err: error }, 'a socket broke')); // `close` follows
    if (open.size >= LIMITS.sockets) return socket.close(TRY_AGAIN_LATER, 'too many connections');
    open.add(socket);
    const keepAlive = pingUntilSilent(socket);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendTo(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data: Buffer) => {
            handle(data.toString()).catch((error: unknown) => {
              tools.logger.error({ err: error }, 'a message on a socket could not be handled');
              socket.close(1011, 'internal error');
            });
          }),
      },
      undefined,
    );
    socket.once('close', (code, reason) => {
      open.delete(socket);
      clearInterval(keepAlive);
      void closed(code, reason.toString());
    });
  };
}

function graphqlServer({ schema, persisted, catalog, contextOf, logger }: SocketTools) {
  const hub = createChangeHub({ catalog, logger });
  const shown = (errors: readonly unknown[], hasData: boolean): readonly GraphQLFormattedError[] =>
    formatErrors(errors, logger, hasData).errors;
  return makeServer({
    onSubscribe: ({ subscriptions }, _id, payload) => {
      try {
        if (Object.keys(subscriptions).length > LIMITS.questionsPerSocket) {
          throw limitError(
            'TOO_MANY_QUESTIONS',
            `a socket asks ${LIMITS.questionsPerSocket} questions at once at most`,
          );
        }
        return checkSocketQuestion(payload, { schema: schema(), persisted, context: contextOf() });
      } catch (error) {
        return [asGraphQLError(error)];
      }
    },
    subscribe: (args) => answerSubscription(args, { hub, contextOf }),
    onError: (_context, _id, _payload, errors) => shown(errors, false),
    onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
      errors === undefined ? { data } : { data, errors: shown(errors, data !== null) },
  });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof QuestionError) return new GraphQLError(error.message, { extensions: { code: error.code } });
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

/** Resolves once the text has left: an answer that nobody reads is not followed by the next. A socket that broke says so itself. */
function sendTo(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, () => resolve());
  });
}

function pingUntilSilent(socket: WebSocket): NodeJS.Timeout {
  let isAlive = true;
  socket.on('pong', () => (isAlive = true));
  return setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, KEEP_ALIVE_MS).unref();
}
