type Method = (...values: unknown[]) => unknown;

/**
 * Puts a method of tfjs' engine or backend behind another, which is given it.
 *
 * @returns what ends that: their own methods lie in their prototypes
 */
export function override(
  owner: object,
  name: 'keep' | 'makeVariable' | 'runKernel' | 'read' | 'write',
  wrap: (own: Method) => Method,
): () => void {
  const target = owner as Record<typeof name, Method | undefined>;
  const own = target[name];
  if (!own) throw new Error(`this version of tfjs has no ${name}`);
  target[name] = wrap(own.bind(owner));
  return () => void delete target[name];
}
