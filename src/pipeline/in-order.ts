/**
 * Maps items with at most `width` at work at once, and gives the results in the order of the items.
 * The first failure, in that order, ends it; what is at work is waited for, so that nothing fails unheard.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const working: Promise<R>[] = [];
  const start = (item: T) => {
    const result = map(item);
    // A failure is met when its turn comes; until then nobody listens.
    result.catch(() => {});
    working.push(result);
  };
  try {
    for await (const item of items) {
      start(item);
      while (working.length >= width) yield (await working.shift()) as R;
    }
    while (working.length > 0) yield (await working.shift()) as R;
  } finally {
    await Promise.allSettled(working);
  }
}
