import type { Backend } from './backend.ts';
import { override } from './override.ts';

/** Knows which values tfjs has been given, from now on until `stop`; and lets none be read. */
export function watchValues(backend: Backend): {
  readonly isLocal: (values: unknown) => boolean;
  readonly stop: () => void;
} {
  const given = new WeakSet<object>();
  const stopWrite = override(backend, 'write', (write) => (...written) => {
    const [values] = written;
    if (typeof values === 'object' && values !== null) given.add(values);
    return write(...written);
  });
  const stopRead = override(backend, 'read', () => (dataId) => {
    try {
      return Promise.resolve(backend.readSync(dataId));
    } catch {
      // The trace knows of it. Nobody may be waiting who would handle a rejection.
      return new Promise(() => undefined);
    }
  });
  return {
    isLocal: (values) => typeof values === 'object' && values !== null && given.has(values),
    stop: () => {
      stopWrite();
      stopRead();
    },
  };
}
