/** Says that something took longer than the sender may be kept waiting. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** Gives `work`'s result, or throws `OutOfTimeError` after `timeoutMs`; the work itself goes on unheard. */
export async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OutOfTimeError(`no result within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
