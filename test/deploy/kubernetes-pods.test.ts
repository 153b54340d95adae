import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { root } from '../helpers/foldwise.ts';
import {
  containerOf,
  filesPod,
  find,
  type Manifest,
  OVERLAYS,
  parse,
  type PodTemplate,
  podsOf,
  render,
} from './manifests.ts';
import { testWith } from './tools.ts';

for (const overlay of OVERLAYS) {
  testWith(
    ['kubectl'],
    `${overlay}: objects are of one namespace, which demands "restricted"`,
    async (t) => {
      const manifests = parse(await render(overlay));
      const labels = find(manifests, 'Namespace', 'foldwise').metadata.labels;
      t.is(labels?.['pod-security.kubernetes.io/enforce'], 'restricted');
      for (const { kind, metadata } of manifests) {
        if (kind !== 'Namespace') t.is(metadata.namespace, 'foldwise', `${kind} ${metadata.name}`);
        t.is(
          metadata.labels?.['app.kubernetes.io/part-of'],
          'foldwise',
          `${kind} ${metadata.name}`,
        );
      }
    },
  );

  testWith(
    ['kubectl'],
    `${overlay}: every pod is restricted, limited and has its volumes`,
    async (t) => {
      const manifests = [...parse(await render(overlay)), ...parse(readFileSync(filesPod, 'utf8'))];
      t.is(podsOf(manifests).length, 4);
      for (const { name, pod } of podsOf(manifests)) checkPod(t, name, pod, manifests);
    },
  );

  testWith(['kubectl'], `${overlay}: coordinator and workers end with the run`, async (t) => {
    const manifests = parse(await render(overlay));
    const coordinator = find(manifests, 'Job', 'coordinator').spec!;
    t.is(coordinator['backoffLimit'], 10, 'one that is killed goes on');
    const workers = find(manifests, 'Job', 'workers').spec!;
    t.is(workers['completionMode'], 'Indexed');
    t.is(workers['completions'], workers['parallelism']);
    t.deepEqual(workers['successPolicy'], { rules: [{ succeededCount: 1 }] });
    for (const job of [coordinator, workers]) t.is(job.template!.spec.restartPolicy, 'Never');
  });
}

testWith(['kubectl'], 'only workers of the gpu overlay have a GPU, and its image', async (t) => {
  for (const overlay of OVERLAYS) {
    const manifests = parse(await render(overlay));
    const pods = podsOf(manifests);
    const withGpu = pods.filter(({ pod }) => JSON.stringify(pod).includes('nvidia.com/gpu'));
    t.deepEqual(
      withGpu.map(({ name }) => name),
      overlay === 'gpu' ? ['workers'] : [],
    );
    t.is(containerOf(manifests, 'Job', 'coordinator').image, 'foldwise:0.1.0');
    const suffix = overlay === 'gpu' ? '-gpu' : '';
    t.is(containerOf(manifests, 'Job', 'workers').image, `foldwise:0.1.0${suffix}`);
  }
  const gpu = find(parse(await render('gpu')), 'Job', 'workers').spec!.template!.spec;
  t.is(gpu.containers[0]?.resources?.limits?.['nvidia.com/gpu'], 1);
  t.deepEqual(gpu.tolerations, [
    { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  ]);
});

testWith(['kubectl'], 'images carry the version of the program', async (t) => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  for (const overlay of OVERLAYS) {
    const images = podsOf(parse(await render(overlay))).flatMap(({ pod }) =>
      pod.spec.containers.map(({ image }) => image),
    );
    t.is(images.filter((image) => image.startsWith(`foldwise:${version}`)).length, 2);
  }
});

/** The restricted profile of the Pod Security Standards, and what we ask beyond it. */
function checkPod(
  t: ExecutionContext,
  name: string,
  { spec }: PodTemplate,
  manifests: readonly Manifest[],
): void {
  t.is(spec.automountServiceAccountToken, false, name);
  t.true((spec.terminationGracePeriodSeconds ?? 0) > 0, name);
  t.is(spec.securityContext?.['runAsNonRoot'], true, name);
  t.true(Number(spec.securityContext?.['runAsUser']) >= 10_000, name);
  t.deepEqual(spec.securityContext?.['seccompProfile'], { type: 'RuntimeDefault' }, name);
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    t.deepEqual(
      container.securityContext,
      {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      name,
    );
    for (const amount of ['cpu', 'memory', 'ephemeral-storage']) {
      t.truthy(container.resources?.requests?.[amount], `${name}: request of ${amount}`);
      t.truthy(container.resources?.limits?.[amount], `${name}: limit of ${amount}`);
    }
    t.regex(container.image, /:[^:]+$/, `${name}: the image has a tag`);
  }
  for (const volume of spec.volumes ?? []) {
    if (volume.emptyDir) t.truthy(volume.emptyDir.sizeLimit, `${name}: ${volume.name}`);
    if (volume.configMap) find(manifests, 'ConfigMap', volume.configMap.name);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim) find(manifests, 'PersistentVolumeClaim', claim);
  }
}
