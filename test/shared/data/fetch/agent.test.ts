import test from 'ava';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createAgent } from '../../../../shared/data/fetch/agent.ts';
import { fetchDataset } from '../../../../shared/data/fetch/fetch-dataset.ts';
import { answerWith, contentOf, datasetOf, publish, serve, workshop } from './file-server.ts';

const BYTES = contentOf(1000);
const FILE = publish('images.gz', BYTES);

test.serial('a proxy of the environment is used, but not where NO_PROXY says so', async (t) => {
  const { url, asked } = await serve(t, (request, response) =>
    answerWith(BYTES, request, response),
  );
  const forwarded: string[] = [];
  const proxy = createServer((request, response) => {
    forwarded.push(request.url ?? '');
    answerWith(BYTES, request, response);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const kept = { ...process.env };
  t.teardown(() => Object.assign(process.env, kept));
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY'])
    delete process.env[name];
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  const options = await workshop(t);
  await fetchDataset(datasetOf([FILE], url), { ...options, dispatcher: createAgent() });
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
  t.deepEqual(forwarded, [`${url}images.gz`]);
  t.is(asked.length, 0);

  process.env['NO_PROXY'] = '127.0.0.1';
  const direct = await workshop(t);
  await fetchDataset(datasetOf([FILE], url), { ...direct, dispatcher: createAgent() });
  t.is(forwarded.length, 1);
  t.is(asked.length, 1);
});
