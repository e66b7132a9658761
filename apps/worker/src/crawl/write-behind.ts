/**
 * Prepares each item while the one before it is being written. Writes come one after the other, in the order of the
 * items, and when this returns or throws none is under way any more.
 */
export async function writeBehind<Item, Prepared>(
  items: AsyncIterable<Item>,
  prepare: (item: Item) => Promise<Prepared>,
  write: (item: Item, prepared: Prepared) => Promise<void>,
): Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const item of items) {
      const prepared = await prepare(item);
      await writing;
      writing = write(item, prepared);
      writing.catch(() => undefined); // thrown where it is waited for
    }
  } finally {
    await writing;
  }
}
