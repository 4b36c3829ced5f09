/** The items of a generator; the next one is on its way while one is worked on. */
export async function* oneAhead<Item>(
  items: AsyncGenerator<Item, void>,
): AsyncGenerator<Item, void> {
  try {
    let next = items.next();
    for (;;) {
      const { value, done } = await next;
      if (done === true) return;
      next = items.next();
      // Whoever comes for it is told.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return();
  }
}
