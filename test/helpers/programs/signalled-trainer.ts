/** Stands in for a training process that signals meet before it has set anything up. */
import type { ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
  process.kill(process.pid, signal);
}
process.on('message', (work: ParentMessage) => {
  if (work.type === 'stop') process.exit(0);
  const done: ChildMessage = { type: 'predicted', classCount: process.pid };
  process.send?.(done);
});
