import { describeAsk, type Answer } from '../http/send.js';
import { RegistryError } from '../registry-error.js';

/** Says that a 200 carries something that no registry would send, so that nothing follows from it. */
export function notARegistry(answer: Answer, what: string): RegistryError {
  return new RegistryError('unavailable', `${describeAsk(answer)}: ${what} where content was expected`, {
    status: answer.status,
  });
}
