import { GraphQLError } from 'graphql';

/** Which ceiling a question met; stable words that programs may switch on. */
export type LimitCode =
  | 'BODY_TOO_LARGE'
  | 'TOO_MANY_TOKENS'
  | 'TOO_DEEP'
  | 'TOO_MANY_ALIASES'
  | 'TOO_MANY_DIRECTIVES'
  | 'INPUT_TOO_DEEP'
  | 'TOO_COSTLY'
  | 'PAGE_SIZE'
  | 'TOO_MANY_QUESTIONS'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'TOO_SLOW'
  | 'FRAGMENT_CYCLE';

/** A question that is refused whole, before any of it is answered, with status 400; or a subscription that is ended. */
export function limitError(code: LimitCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
