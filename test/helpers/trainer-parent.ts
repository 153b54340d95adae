/**
 * A parent to be killed: starts a training process for the message given as argument, which
 * inherits stdout, and says there when it trains.
 */
import type { ParentMessage } from '../../worker/trainer/messages.ts';
import { forkTrainer, heard } from './trainer-child.ts';

const child = forkTrainer(['ignore', 'inherit', 'inherit', 'ipc']);
child.send(JSON.parse(process.argv[2] ?? '') as ParentMessage);
await heard(child, 'epoch');
process.stdout.write('training\n');
