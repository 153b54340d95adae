/** Stands in for the training process: does what the seed of its assignment says. */
import type { ChildMessage, ParentMessage } from '../../../worker/trainer/messages.ts';

const say = (message: ChildMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

process.on('message', (work: ParentMessage) => {
  if (work.type === 'stop') process.exit(0);
  if (work.type !== 'train') return;
  const script = ['complete', 'crash', 'hang', 'leave', 'succeed'][work.assignment.seed];
  void act(script);
});

async function act(script: string | undefined): Promise<void> {
  if (script === 'succeed') return say({ type: 'predicted', classCount: process.pid });
  if (script === 'hang') {
    process.on('SIGTERM', () => undefined);
    await say({ type: 'failed', kind: 'internal', message: `pid ${process.pid}` });
    setInterval(() => undefined, 1000);
    return;
  }
  process.stderr.write('last words\n');
  if (script === 'crash') process.kill(process.pid, 'SIGSEGV');
  if (script === 'complete') {
    const threads = process.env['OMP_NUM_THREADS'] ?? '';
    await say({ type: 'failed', kind: 'training', message: `threads ${threads}` });
  }
  process.exit(0);
}
