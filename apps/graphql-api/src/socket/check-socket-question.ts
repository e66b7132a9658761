import { specifiedRules, validate, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { ApiContext } from '../answer/context.js';
import { checkPermissions } from '../caller/check-permissions.js';
import { checkQuestion } from '../http/read-question.js';
import { checkDocument } from '../limits/check-document.js';
import { checkCost } from '../limits/measure-cost.js';
import type { PersistedQuestions } from '../persisted/persisted-questions.js';
import { textOfQuestion } from '../persisted/text-of-question.js';

/**
 * Holds a question that came over a WebSocket to the limits of every other: by its text, by the schema, by its cost.
 * Returns what graphql-js runs; throws `QuestionError`, or a `GraphQLError` with a code.
 */
export function checkSocketQuestion(
  payload: object,
  tools: { readonly schema: GraphQLSchema; readonly persisted: PersistedQuestions; readonly context: ApiContext },
): ExecutionArgs {
  const { schema, persisted, context } = tools;
  const question = checkQuestion({ ...payload });
  const document = checkDocument(textOfQuestion(question, persisted), 'WebSocket');
  const [problem] = validate(schema, document, specifiedRules, { maxErrors: 1 });
  if (problem !== undefined) throw problem;
  checkPermissions(document, context.caller);
  checkCost(schema, document, question.variables);
  return {
    schema,
    document,
    variableValues: question.variables,
    operationName: question.operationName ?? null,
    contextValue: context,
  };
}
