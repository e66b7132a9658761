/** Says in a sentence for people why the demonstration could not show what it promises. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
