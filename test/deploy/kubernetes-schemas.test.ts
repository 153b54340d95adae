import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OVERLAYS, parse, podsOf, render } from './manifests.ts';
import { run, testWith, withFolder } from './tools.ts';

/** The oldest version that docs/kubernetes.md promises, and the newest known. */
const VERSIONS = ['1.31.0', '1.37.0'];

for (const overlay of OVERLAYS) {
  testWith(
    ['kubectl', 'kubernetes-validate'],
    `${overlay}: every object, and every pod, is strictly valid`,
    async (t) => {
      const yaml = await render(overlay);
      await t.notThrowsAsync(validate(yaml));
      const pods = podsOf(parse(yaml)).map(({ name, pod }) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Pod',
          ...pod,
          metadata: { ...pod.metadata, name },
        }),
      );
      t.is(pods.length, 3);
      await t.notThrowsAsync(validate(pods.join('\n---\n')));
      await t.throwsAsync(validate(yaml.replace('backoffLimit:', 'backOffLimit:')), {
        message: /backOffLimit/,
      });
    },
  );
}

async function validate(yaml: string): Promise<void> {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'objects.yaml');
    await writeFile(file, yaml);
    const versions = VERSIONS.flatMap((version) => ['--kubernetes-version', version]);
    await run('kubernetes-validate', ['--strict', '--quiet', ...versions, file]);
  });
}
