import { QuestionError } from '../http/question-error.js';
import type { Question } from '../http/read-question.js';
import { hashOfText, type PersistedQuestions } from './persisted-questions.js';

/** The text that a question asks for, looked up where it was sent as a hash alone. Throws `QuestionError`. */
export function textOfQuestion({ query, sha256 }: Question, persisted: PersistedQuestions): string {
  if (query === null) {
    const text = sha256 === null ? null : persisted.textOf(sha256);
    if (text === null) throw new QuestionError('PERSISTED_QUERY_NOT_FOUND', 'no question is known under this hash');
    return text;
  }
  if (sha256 !== null && sha256 !== hashOfText(query))
    throw new QuestionError('PERSISTED_QUERY_MISMATCH', 'the hash is not that of the text');
  if (!persisted.allows(query)) throw new QuestionError('QUERY_NOT_ALLOWED', 'this API answers only listed questions');
  return query;
}
