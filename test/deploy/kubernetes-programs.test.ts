import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { addSettings, settingsOf } from '../../cli/options.ts';
import { addResume } from '../../cli/resume-option.ts';
import { COMMAND_SETTINGS } from '../../cli/settings.ts';
import { root } from '../helpers/foldwise.ts';
import {
  type Container,
  containerOf,
  find,
  type Manifest,
  OVERLAYS,
  parse,
  type Probe,
  render,
} from './manifests.ts';
import { run, testWith, withFolder } from './tools.ts';

for (const overlay of OVERLAYS) {
  testWith(['kubectl'], `${overlay}: Foldwise takes every argument and setting`, async (t) => {
    const manifests = parse(await render(overlay));
    const { values } = await coordinatorSettings(manifests);
    t.is(values.listen, '0.0.0.0:50051');
    t.true(values.insecure);
    t.is(values.data, 'synthetic');
    t.is(values.nats, 'nats://nats:4222');
    const [port] = containerOf(manifests, 'Job', 'coordinator').ports!;
    t.is(port?.containerPort, 50051);

    const [verb, ...args] = containerOf(manifests, 'Job', 'workers').args!;
    t.is(verb, 'worker');
    const worker = addSettings(new Command('worker').exitOverride(), COMMAND_SETTINGS.worker);
    worker.parse(args, { from: 'user' });
    const dialling = (await settingsOf(worker, COMMAND_SETTINGS.worker)).values;
    t.like(dialling, { coordinator: 'coordinator:50051', insecure: true });
  });

  testWith(['kubectl'], `${overlay}: threads are the processors of a worker`, async (t) => {
    const manifests = parse(await render(overlay));
    const { values } = await coordinatorSettings(manifests);
    const { limits } = containerOf(manifests, 'Job', 'workers').resources!;
    t.is(values.threads, Number(limits?.['cpu']));
  });

  testWith(['kubectl'], `${overlay}: probes ask what the programs answer`, async (t) => {
    const manifests = parse(await render(overlay));
    const proto = readFileSync(path.join(root, 'proto', 'foldwise.proto'), 'utf8');
    const [, packageName = ''] = /^package ([\w.]+);/m.exec(proto) ?? [];
    const coordinator = containerOf(manifests, 'Job', 'coordinator');
    for (const probe of probesOf(coordinator)) {
      t.is(probe.grpc?.port, 50051);
      t.true([undefined, `${packageName}.Coordinator`].includes(probe.grpc?.service));
    }
    t.is(coordinator.readinessProbe?.grpc?.service, `${packageName}.Coordinator`);
    for (const { httpGet } of probesOf(containerOf(manifests, 'StatefulSet', 'nats'))) {
      t.regex(httpGet!.path, /^\/healthz/);
      t.is(httpGet!.port, 'monitor');
    }
  });
}

testWith(['kubectl', 'nats-server'], 'nats-server takes its configuration', async (t) => {
  const { data } = find(parse(await render('cpu')), 'ConfigMap', 'nats');
  await withFolder(async (folder) => {
    const file = path.join(folder, 'nats.conf');
    await writeFile(file, data!['nats.conf']!);
    await t.notThrowsAsync(run('nats-server', ['-t', '-c', file]));
  });
});

/** What the coordinator makes of its arguments and its file of settings. */
async function coordinatorSettings(manifests: readonly Manifest[]) {
  const [verb, config, ...args] = containerOf(manifests, 'Job', 'coordinator').args!;
  if (verb !== 'coordinator' || config !== '--config=/etc/foldwise/foldwise.yaml') {
    throw new Error(`unexpected arguments: ${verb} ${config}`);
  }
  return withFolder(async (folder) => {
    const file = path.join(folder, 'foldwise.yaml');
    await writeFile(file, find(manifests, 'ConfigMap', 'settings').data!['foldwise.yaml']!);
    const command = addSettings(new Command(verb).exitOverride(), COMMAND_SETTINGS.coordinator);
    addResume(command);
    command.parse([`--config=${file}`, ...args], { from: 'user' });
    return settingsOf(command, COMMAND_SETTINGS.coordinator);
  });
}

function probesOf(container: Container): Probe[] {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  return [startupProbe!, readinessProbe!, livenessProbe!];
}
