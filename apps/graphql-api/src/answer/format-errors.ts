import { randomUUID } from 'node:crypto';
import type { Logger } from '@strata/runtime';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { argumentPath } from './argument-path.js';
import { asUserError } from './user-error.js';

/** What goes back: the errors as they may be seen, and the HTTP status that fits them. */
export interface FormattedErrors {
  readonly status: 200 | 400;
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Lets through what the person who asked can mend and hides everything else behind an id that the log shows too.
 * Status 400 when nothing at all could be answered because of how it was asked.
 */
export function formatErrors(thrown: readonly unknown[], logger: Logger, hasData: boolean): FormattedErrors {
  const shown = thrown.flatMap(unwrap).map((error) => present(error, logger));
  const isMendable = shown.every(({ extensions }) => extensions?.['code'] !== 'INTERNAL');
  return { status: isMendable && !hasData ? 400 : 200, errors: shown };
}

/** Mercurius wraps the errors of validation in one of its own. */
function unwrap(error: unknown): readonly unknown[] {
  const inner = error instanceof GraphQLError ? error.originalError : error;
  return inner instanceof Error && 'errors' in inner && Array.isArray(inner.errors) ? inner.errors : [error];
}

function present(error: unknown, logger: Logger): GraphQLFormattedError {
  const refused = error instanceof GraphQLError ? refusedValue(error) : null;
  if (refused !== null) return refused;
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const user = asUserError(cause);
  if (user !== null) return located(user, error);
  if (cause instanceof GraphQLError) return located(explained(cause), error);
  const id = randomUUID();
  logger.error({ err: cause, errorId: id }, 'a question could not be answered');
  const message = `something went wrong on our side; the log has it under ${id}`;
  return located(new GraphQLError(message, { extensions: { code: 'INTERNAL', id } }), error);
}

/** Ours keep their code; those of GraphQL itself get one. */
function explained(error: GraphQLError): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

/** A value that its type refuses: in a variable, or written into the question. */
function refusedValue(error: GraphQLError): GraphQLFormattedError | null {
  const argument = argumentPath(error);
  return argument === null ? null : { ...error.toJSON(), extensions: { code: 'BAD_USER_INPUT', argument } };
}

function located(shown: GraphQLError, thrown: unknown): GraphQLFormattedError {
  if (!(thrown instanceof GraphQLError)) return shown.toJSON();
  const { locations, path } = thrown;
  return {
    ...shown.toJSON(),
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
  };
}

/** For Mercurius: formats what an execution gave, and logs what was hidden. */
export function errorFormatter(logger: Logger) {
  return (execution: ExecutionResult): { statusCode: number; response: ExecutionResult } => {
    const data = execution.data ?? null;
    const { status, errors } = formatErrors(execution.errors ?? [], logger, data !== null);
    // Written out as JSON at once, where both are the same; Mercurius' type asks for the class all the same.
    return { statusCode: status, response: { data, errors: errors as unknown as readonly GraphQLError[] } };
  };
}
