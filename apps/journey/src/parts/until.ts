/** Asks again and again until the answer is not null. Throws, with what was last said, after `limitMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
  { limitMs = 60_000, everyMs = 50 }: { readonly limitMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
