import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { root } from '../helpers/foldwise.ts';
import { run, testWith } from './tools.ts';

const inFolder = (folder: string): string[] =>
  readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));

const scripts = [
  ...inFolder('.ci'),
  'deploy/batch.sh',
  ...inFolder('deploy/sge'),
  ...inFolder('deploy/slurm'),
];

for (const script of scripts) {
  testWith(['shellcheck'], `shellcheck has nothing against ${script}`, async (t) => {
    const args = ['--external-sources', `--source-path=${root}`, path.join(root, script)];
    await t.notThrowsAsync(run('shellcheck', args));
  });
}

const directives = (script: string, mark: string): string[] =>
  readFileSync(path.join(root, script), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(mark.length).trim());

test('Grid Engine gives every worker a GPU and slots, and tells it before it is killed', (t) => {
  const asked = directives('deploy/sge/workers.sh', '#$ ');
  for (const option of ['-P myproject', '-l gpus=1', '-l gpu_c=7.0', '-pe omp 4', '-t 1-2']) {
    t.true(asked.includes(option), option);
  }
  for (const option of ['-notify', '-r y', '-j y', '-cwd']) t.true(asked.includes(option), option);
  const coordinator = directives('deploy/sge/coordinator.sh', '#$ ');
  t.true(coordinator.includes('-r y'));
  t.false(coordinator.some((option) => option.includes('gpu')));
});

test('Slurm gives every worker a GPU and processors, and tells it before it is killed', (t) => {
  const asked = directives('deploy/slurm/workers.sbatch', '#SBATCH ');
  for (const option of ['--gres=gpu:1', '--cpus-per-task=4', '--array=1-2', '--requeue']) {
    t.true(asked.includes(option), option);
  }
  t.true(asked.includes('--signal=B:USR2@60'));
  const coordinator = directives('deploy/slurm/coordinator.sbatch', '#SBATCH ');
  t.true(coordinator.includes('--requeue'));
  t.false(coordinator.some((option) => option.includes('gpu')));
});
