import type { WebSocket } from '@fastify/websocket';
import type { Catalog } from '@strata/catalog';
import type { Logger } from '@strata/runtime';
import type { FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { makeServer } from 'graphql-ws';
import type { ApiContext } from '../answer/context.js';
import { AuthenticationError } from '../caller/authentication-error.js';
import type { Authenticate, Presented } from '../caller/authenticator.js';
import type { Caller } from '../caller/caller.js';
import { presentedBy } from '../caller/presented.js';
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
  readonly contextOf: (caller: Caller) => ApiContext;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
}

/** WebSocket close codes (RFC 6455, 7.4.1, and its registry): 1013 asks the client to come back later. */
const TRY_AGAIN_LATER = 1013;

/** The code with which `graphql-transport-ws` turns somebody away; the reason is one of `AuthenticationErrorCode`. */
const FORBIDDEN = 4403;

/** How often it is asked whether whoever follows still may. */
const STILL_ALLOWED_MS = 30_000;

/** What is kept of one socket. */
interface Peer {
  readonly socket: WebSocket;
  /** What the request that opened it showed, or its first message. */
  presented: Presented;
}

/** A peer that does not answer a ping in this time is gone. */
const KEEP_ALIVE_MS = 12_000;

/** Takes sockets that speak `graphql-transport-ws`, up to `LIMITS.sockets` at once. */
export function openSockets(tools: SocketTools): (socket: WebSocket, request: FastifyRequest) => void {
  const open = new Set<WebSocket>();
  const server = graphqlServer(tools);
  return (socket, request) => {
    socket.on('error', (error) => tools.logger.debug({ err: error }, 'a socket broke')); // `close` follows
    if (open.size >= LIMITS.sockets) return socket.close(TRY_AGAIN_LATER, 'too many connections');
    open.add(socket);
    const keepAlive = pingUntilSilent(socket);
    const peer: Peer = { socket, presented: presentedBy(request.raw) };
    const stillAllowed = setInterval(() => void admit(peer, tools), STILL_ALLOWED_MS).unref();
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
      peer,
    );
    socket.once('close', (code, reason) => {
      open.delete(socket);
      clearInterval(keepAlive);
      clearInterval(stillAllowed);
      void closed(code, reason.toString());
    });
  };
}

/** Who is at the other end; null after a peer was turned away. What goes wrong on our side turns nobody away. */
async function admit({ socket, presented }: Peer, { authenticate, logger }: SocketTools): Promise<Caller | null> {
  try {
    return await authenticate(presented);
  } catch (error) {
    if (error instanceof AuthenticationError) socket.close(FORBIDDEN, error.code);
    else logger.error({ err: error }, 'it could not be asked who is at a socket');
    return null;
  }
}

/** `connection_init` may carry the header that a browser cannot send with a WebSocket. */
function authorizationOf(parameters: Readonly<Record<string, unknown>> | undefined): string | null {
  const [, value] = Object.entries(parameters ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return value === undefined ? null : String(value);
}

function graphqlServer(tools: SocketTools) {
  const { schema, persisted, catalog, contextOf, authenticate, logger } = tools;
  const hub = createChangeHub({ catalog, logger });
  const shown = (errors: readonly unknown[], hasData: boolean): readonly GraphQLFormattedError[] =>
    formatErrors(errors, logger, hasData).errors;
  return makeServer<Readonly<Record<string, unknown>>, Peer>({
    onConnect: async ({ connectionParams, extra: peer }) => {
      const authorization = authorizationOf(connectionParams) ?? peer.presented.authorization;
      peer.presented = { ...peer.presented, authorization };
      return (await admit(peer, tools)) !== null;
    },
    onSubscribe: async ({ subscriptions, extra: peer }, _id, payload) => {
      try {
        if (Object.keys(subscriptions).length > LIMITS.questionsPerSocket) {
          throw limitError(
            'TOO_MANY_QUESTIONS',
            `a socket asks ${LIMITS.questionsPerSocket} questions at once at most`,
          );
        }
        const context = contextOf(await authenticate(peer.presented)); // after the count: others come in meanwhile
        return checkSocketQuestion(payload, { schema: schema(), persisted, context });
      } catch (error) {
        return [asGraphQLError(error)];
      }
    },
    subscribe: (args) => answerSubscription(args, hub),
    onError: (_context, _id, _payload, errors) => shown(errors, false),
    onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
      errors === undefined ? { data } : { data, errors: shown(errors, data !== null) },
  });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof QuestionError || error instanceof AuthenticationError)
    return new GraphQLError(error.message, { extensions: { code: error.code } });
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
