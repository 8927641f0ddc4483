/** As many concurrent requests as the provider's lists send. */
const CONCURRENCY = 8;

/** The results of `work` in the order of the items, a few at a time. Rejects with the first failure; then none begins. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result | Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  let failed = false;
  const workOn = async (): Promise<void> => {
    for (const [index, item] of entries) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, workOn));
  return results;
}
