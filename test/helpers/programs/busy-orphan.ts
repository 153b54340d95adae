/** A parent to be killed, and a child that is busy for good and reads no messages. */
import { spawn } from 'node:child_process';
import { dieWithParent } from '../../../worker/trainer/die-with-parent.ts';

if (process.argv[2] === 'child') {
  dieWithParent(20);
  process.stdout.write('busy\n');
  for (;;);
}
const again = [...process.execArgv, process.argv[1] ?? '', 'child'];
spawn(process.execPath, again, { stdio: ['ignore', 'inherit', 'inherit'] });
