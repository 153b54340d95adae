import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { addSettings, settingsOf } from '../../cli/options.ts';
import { COMMAND_SETTINGS } from '../../cli/settings.ts';
import { root } from '../helpers/foldwise.ts';
import { containerOf, find, parse } from './manifests.ts';
import { run, testWith, withFolder } from './tools.ts';

const OVERLAY = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../cpu
components:
  - ../../components/tls
`;
const CERTS = {
  insecure: false,
  'tls-ca': '/etc/foldwise-certs/ca.crt',
  'tls-cert': '/etc/foldwise-certs/tls.crt',
  'tls-key': '/etc/foldwise-certs/tls.key',
};

testWith(
  ['kubectl'],
  'with certificates, nothing is plaintext, and probes need none',
  async (t) => {
    await withFolder(async (folder) => {
      await cp(path.join(root, 'deploy', 'k8s'), folder, { recursive: true });
      const overlay = path.join(folder, 'overlays', 'tls');
      await mkdir(overlay);
      await writeFile(path.join(overlay, 'kustomization.yaml'), OVERLAY);
      const manifests = parse(await run('kubectl', ['kustomize', overlay]));

      const coordinator = containerOf(manifests, 'Job', 'coordinator');
      const leading = addSettings(
        new Command('coordinator').exitOverride(),
        COMMAND_SETTINGS.coordinator,
      );
      const known = coordinator.args!.slice(1).filter((arg) => !/^--(config|resume)/.test(arg));
      leading.parse(known, { from: 'user' });
      t.like((await settingsOf(leading, COMMAND_SETTINGS.coordinator)).values, CERTS);
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        t.like(coordinator[probe], { grpc: undefined, tcpSocket: { port: 'grpc' } });
      }
      const worker = addSettings(new Command('worker').exitOverride(), COMMAND_SETTINGS.worker);
      worker.parse(containerOf(manifests, 'Job', 'workers').args!.slice(1), { from: 'user' });
      t.like((await settingsOf(worker, COMMAND_SETTINGS.worker)).values, CERTS);
      for (const [name, secretName] of [
        ['coordinator', 'coordinator-certs'],
        ['workers', 'worker-certs'],
      ] as const) {
        const { volumes, containers } = find(manifests, 'Job', name).spec!.template!.spec;
        t.true(JSON.stringify(volumes).includes(secretName));
        t.true(
          containers[0]!.volumeMounts!.some(({ mountPath }) => mountPath === '/etc/foldwise-certs'),
        );
      }
    });
  },
);
