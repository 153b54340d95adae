import { once } from 'node:events';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { root, untilNoProcessWith, withWorkshop } from '../helpers/foldwise.ts';

const SMALL = ['--limit', '60', '--epochs', '1', '--folds', '2', '--threads', '1'];

type Job = ReturnType<typeof startJob>;

/** Starts a script as a batch system would: in the folder of the program, in a group of its own. */
function startJob(dir: string, env: Record<string, string>, script: string, args: string[]) {
  return execa('bash', [path.join('deploy', script), ...args], {
    cwd: dir,
    reject: false,
    all: true,
    detached: true,
    env: {
      ...env,
      PATH: `${dir}/bin:${process.env['PATH']}`,
      SLURM_JOB_ID: '17',
      FOLDWISE_HOST: '127.0.0.1',
      FOLDWISE_POLL_SECONDS: '1',
    },
  });
}

/** A folder that has the program, and a stand-in for Slurm's scontrol that writes down its arguments. */
async function withSite(
  use: (site: { start: (script: string, ...args: string[]) => Job; dir: string }) => Promise<void>,
): Promise<void> {
  await withWorkshop(async ({ dir, env, mark }) => {
    for (const name of ['cli', 'deploy']) {
      await symlink(path.join(root, name), path.join(dir, name));
    }
    await mkdir(path.join(dir, 'bin'));
    const scontrol = path.join(dir, 'bin', 'scontrol');
    await writeFile(scontrol, `#!/bin/sh\necho "$@" >>${dir}/scontrol.log\n`);
    await chmod(scontrol, 0o755);
    await use({ dir, start: (script, ...args) => startJob(dir, env, script, args) });
    await untilNoProcessWith(mark);
  });
}

/** What a coordinator leaves in the folder of its run that no longer answers: nobody is on port 1. */
async function abandonedRun(dir: string): Promise<void> {
  await mkdir(path.join(dir, 'run'));
  const certs = path.join(dir, 'run', 'certs');
  await execa('node', ['cli/foldwise.js', 'certs', 'init', '--dir', certs], { cwd: dir });
  await writeFile(path.join(dir, 'run', 'address'), '127.0.0.1:1\n');
}

/** Resolves when the output has said so. */
async function untilSaid(job: Job, text: string): Promise<void> {
  let said = '';
  while (!said.includes(text)) {
    const [chunk] = (await once(job.all, 'data')) as [Buffer];
    said += chunk.toString();
  }
}

for (const [system, coordinator, workers] of [
  ['Slurm', 'slurm/coordinator.sbatch', 'slurm/workers.sbatch'],
  ['Grid Engine', 'sge/coordinator.sh', 'sge/workers.sh'],
] as const) {
  test(`${system}: workers find the coordinator of a run, and end with it`, async (t) => {
    await withSite(async ({ start, dir }) => {
      const early = start(workers, 'run');
      const leading = start(coordinator, 'run', ...SMALL, '--transfer', 'none');
      const [first, led] = await Promise.all([early, leading]);
      t.is(led.exitCode, 0, led.all);
      t.is(first.exitCode, 0, first.all);
      t.is(await readFile(path.join(dir, 'run', 'ended'), 'utf8'), '0\n');
      const late = await start(workers, 'run');
      t.is(late.exitCode, 0);
      t.regex(late.all, /has ended: nothing to do/);
      const again = await start(coordinator, 'run');
      t.is(again.exitCode, 0, 'a finished run is only told of');
      t.regex(again.all, /Test /);
    });
  });
}

test('a worker that just misses the end of its run is stopped', async (t) => {
  await withSite(async ({ start, dir }) => {
    await abandonedRun(dir);
    const worker = start('slurm/workers.sbatch', 'run');
    await untilSaid(worker, 'looking for a coordinator');
    await writeFile(path.join(dir, 'run', 'ended'), '0\n');
    t.is((await worker).exitCode, 0);
  });
});

for (const [script, exitCode] of [
  ['slurm/workers.sbatch', 75],
  ['sge/workers.sh', 99],
] as const) {
  test(`${script}: a worker told that its time is over queues up again`, async (t) => {
    await withSite(async ({ start, dir }) => {
      await abandonedRun(dir);
      const worker = start(script, 'run');
      await untilSaid(worker, 'looking for a coordinator');
      // All processes of the job get it, twice, as from Grid Engine.
      process.kill(-worker.pid!, 'SIGUSR2');
      process.kill(-worker.pid!, 'SIGUSR2');
      const { exitCode: code, all } = await worker;
      t.is(code, exitCode, all);
      if (script.startsWith('slurm')) {
        t.is(await readFile(path.join(dir, 'scontrol.log'), 'utf8'), 'requeue 17\n');
      }
    });
  });
}
