type Method = (...values: unknown[]) => unknown;

/**
 * Puts a method of tfjs' engine behind another, which is given it.
 *
 * @returns what ends that: the engine's own methods lie in its prototype
 */
export function override(
  engine: object,
  name: 'keep' | 'makeVariable' | 'runKernel',
  wrap: (own: Method) => Method,
): () => void {
  const target = engine as Record<typeof name, Method | undefined>;
  const own = target[name];
  if (!own) throw new Error(`this version of tfjs has no ${name}`);
  target[name] = wrap(own.bind(engine));
  return () => void delete target[name];
}
