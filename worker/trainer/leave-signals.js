/**
 * Loaded before all else in the training process, so plain JavaScript: signals that reach the whole
 * process group are left to the parent. SIGUSR1 would otherwise start Node's debugger.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
  process.on(signal, () => undefined);
}
