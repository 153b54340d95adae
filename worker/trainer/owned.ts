/** Takes what has to be disposed when the work is over. */
export type Own = <T extends { readonly dispose: () => unknown }>(resource: T) => T;

/** Does some work; what it owns is disposed afterwards, however it ends, the latest first. */
export async function withOwned<T>(work: (own: Own) => Promise<T>): Promise<T> {
  const owned: { readonly dispose: () => unknown }[] = [];
  try {
    return await work((resource) => {
      owned.push(resource);
      return resource;
    });
  } finally {
    for (const resource of owned.reverse()) await resource.dispose();
  }
}
