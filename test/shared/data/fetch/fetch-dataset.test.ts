import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { fetchDataset } from '../../../../shared/data/fetch/fetch-dataset.ts';
import { FoldwiseError } from '../../../../shared/errors.ts';
import {
  answerWith,
  beginWith,
  breakAt,
  contentOf,
  datasetOf,
  publish,
  serve,
  workshop,
} from './file-server.ts';

const BYTES = contentOf(300_000);
const OTHER = Buffer.from(BYTES).fill(7, 1000, 1001);
const FILE = publish('images.gz', BYTES);

test('files are fetched, checked and put into place', async (t) => {
  const labels = contentOf(99);
  const { url, asked } = await serve(t, (request, response) =>
    answerWith(request.url === '/data/labels.gz' ? labels : BYTES, request, response),
  );
  const options = await workshop(t);
  const files = [FILE, publish('labels.gz', labels)];
  await fetchDataset(datasetOf(files, `${url}data/`), options);
  t.deepEqual(asked, ['/data/images.gz all', '/data/labels.gz all']);
  t.deepEqual((await readdir(options.folder)).sort(), ['images.gz', 'labels.gz']);
  t.deepEqual(await readFile(path.join(options.folder, 'images.gz')), BYTES);
  t.deepEqual(options.types(), ['started', 'finished', 'started', 'finished']);
  const received = options.events.filter((event) => event.type === 'received');
  t.is(received[0]?.receivedBytes, 0);
  t.true(received.some(({ receivedBytes }) => receivedBytes === BYTES.length));
});

test('what is there already is not fetched again', async (t) => {
  const { url, asked } = await serve(t, (request, response) =>
    answerWith(BYTES, request, response),
  );
  const options = await workshop(t);
  await fetchDataset(datasetOf([FILE], url), options);
  await fetchDataset(datasetOf([FILE], url), options);
  t.is(asked.length, 1);
  t.deepEqual(options.types(), ['started', 'finished', 'kept']);
});

test('a damaged file is fetched anew', async (t) => {
  const { url } = await serve(t, (request, response) => answerWith(BYTES, request, response));
  const options = await workshop(t);
  await writeFile(path.join(options.folder, FILE.name), OTHER);
  await fetchDataset(datasetOf([FILE], url), options);
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
  t.deepEqual(options.types(), ['replaced', 'started', 'finished']);
});

test('after a break it goes on where it was', async (t) => {
  const server = await serve(t, (request, response, count) =>
    count === 1 ? beginWith(12_345, BYTES, response) : answerWith(BYTES, request, response),
  );
  const options = await workshop(t);
  const watched = options.watchedBy(breakAt(12_345, server));
  await fetchDataset(datasetOf([FILE], server.url), watched);
  t.deepEqual(server.asked, ['/images.gz all', '/images.gz bytes=12345-']);
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
  t.deepEqual(await readdir(options.folder), [FILE.name]);
  t.deepEqual(options.types(), ['started', 'broken', 'finished']);
});

test('a later call goes on where an earlier one was', async (t) => {
  const server = await serve(t, (request, response, count) => {
    if (count === 1) beginWith(12_345, BYTES, response);
    else if (count <= 3) response.destroy();
    else answerWith(BYTES, request, response);
  });
  const { asked } = server;
  const options = await workshop(t);
  const dataset = datasetOf([FILE], server.url);
  const watched = options.watchedBy(breakAt(12_345, server));
  const error = await t.throwsAsync(fetchDataset(dataset, watched), { instanceOf: FoldwiseError });
  t.regex(error.message, /no source delivers images\.gz\n  127\.0\.0\.1:\d+: the connection/);
  t.deepEqual(await readdir(options.folder), ['images.gz.partial']);
  await fetchDataset(dataset, options);
  t.deepEqual(asked.slice(1), Array(3).fill('/images.gz bytes=12345-'));
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
});

test('a server that knows no ranges sends all again', async (t) => {
  const server = await serve(t, (_request, response, count) => {
    if (count === 1) return beginWith(12_345, BYTES, response);
    response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
  });
  const options = await workshop(t);
  const watched = options.watchedBy(breakAt(12_345, server));
  await fetchDataset(datasetOf([FILE], server.url), watched);
  t.deepEqual(server.asked, ['/images.gz all', '/images.gz bytes=12345-']);
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
});

for (const [what, answer] of [
  ['a range that it was not asked for', { 'content-range': `bytes 5-299999/300000` }],
  ['a range of another size', { 'content-range': `bytes 100000-399999/400000` }],
] as const) {
  test(`to ${what}, it begins again`, async (t) => {
    const { url, asked } = await serve(t, (request, response, count) => {
      if (count === 1) response.writeHead(206, answer).end(BYTES);
      else answerWith(BYTES, request, response);
    });
    const options = await workshop(t);
    await writeFile(path.join(options.folder, 'images.gz.partial'), BYTES.subarray(0, 100_000));
    await fetchDataset(datasetOf([FILE], url), options);
    t.deepEqual(asked, ['/images.gz bytes=100000-', '/images.gz all']);
    t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
  });
}

for (const [what, partial] of [
  ['bytes of another file', OTHER.subarray(0, 100_000)],
  ['a whole other file', OTHER],
  ['too many bytes', Buffer.concat([BYTES, BYTES])],
] as const) {
  test(`${what} left behind do no harm`, async (t) => {
    const { url } = await serve(t, (request, response) => answerWith(BYTES, request, response));
    const options = await workshop(t);
    await writeFile(path.join(options.folder, 'images.gz.partial'), partial);
    await fetchDataset(datasetOf([FILE], url), options);
    t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
    t.deepEqual(await readdir(options.folder), [FILE.name]);
  });
}

test('a whole download that was killed before its name changed is used', async (t) => {
  const options = await workshop(t);
  await writeFile(path.join(options.folder, 'images.gz.partial'), BYTES);
  await fetchDataset(datasetOf([FILE], 'http://127.0.0.1:9/'), options);
  t.deepEqual(await readdir(options.folder), [FILE.name]);
});

test('other bytes than those published are refused and leave nothing', async (t) => {
  const { url, asked } = await serve(t, (request, response) =>
    answerWith(OTHER, request, response),
  );
  const options = await workshop(t);
  await t.throwsAsync(fetchDataset(datasetOf([FILE], url), options), {
    instanceOf: FoldwiseError,
    message: /does not have the published MD5/,
  });
  t.is(asked.length, 1);
  t.deepEqual(await readdir(options.folder), []);
});

test('each of the two checksums counts', async (t) => {
  const { url } = await serve(t, (request, response) => answerWith(BYTES, request, response));
  const wrong = '0'.repeat(64);
  const file = { ...FILE, sha256: wrong };
  await t.throwsAsync(fetchDataset(datasetOf([file], url), await workshop(t)), {
    message: /does not have the published SHA-256/,
  });
});

for (const [what, status, body, message] of [
  ['a file that is not there', 404, 'Not Found', /answers HTTP 404/],
  ['a page in place of the file', 200, '<html>Sign in</html>', /offers 20 bytes, expected 300000/],
] as const) {
  test(`${what} is not asked for twice, and another source is tried`, async (t) => {
    const bad = await serve(t, (_request, response) => {
      response.writeHead(status, { 'content-length': body.length }).end(body);
    });
    const good = await serve(t, (request, response) => answerWith(BYTES, request, response));
    const options = await workshop(t);
    const more = publish('more.gz', BYTES);
    await fetchDataset(datasetOf([FILE, more], bad.url, good.url), options);
    t.is(bad.asked.length, 1, 'the source that delivered comes first from then on');
    t.is(good.asked.length, 2);
    await t.throwsAsync(fetchDataset(datasetOf([FILE], bad.url), await workshop(t)), { message });
  });
}

test('what another source began is gone on with', async (t) => {
  const first = await serve(t, (_request, response, count) => {
    if (count === 1) beginWith(12_345, BYTES, response);
    else response.destroy();
  });
  const second = await serve(t, (request, response) => answerWith(BYTES, request, response));
  const options = await workshop(t);
  const watched = options.watchedBy(breakAt(12_345, first));
  await fetchDataset(datasetOf([FILE], first.url, second.url), watched);
  t.is(first.asked.length, 3);
  t.deepEqual(second.asked, ['/images.gz bytes=12345-']);
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
});

test('a server in trouble is asked again', async (t) => {
  const { url, asked } = await serve(t, (request, response, count) => {
    if (count < 3) response.writeHead(503).end('busy');
    else answerWith(BYTES, request, response);
  });
  await fetchDataset(datasetOf([FILE], url), await workshop(t));
  t.is(asked.length, 3);
});

test('redirections are followed', async (t) => {
  const good = await serve(t, (request, response) => answerWith(BYTES, request, response));
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(302, { location: `${good.url}elsewhere` }).end();
  });
  await fetchDataset(datasetOf([FILE], url), await workshop(t));
  t.deepEqual(good.asked, ['/elsewhere all']);
});

test('more bytes than published are cut off', async (t) => {
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(200).end(Buffer.concat([BYTES, BYTES]));
  });
  const options = await workshop(t);
  await t.throwsAsync(fetchDataset(datasetOf([FILE], url), options), {
    message: /sends more than the 300000 bytes expected/,
  });
  t.deepEqual(await readdir(options.folder), []);
});

test('a transfer that stalls is given up, and gone on with', async (t) => {
  const { url, asked } = await serve(t, (request, response) => {
    if (request.headers.range) answerWith(BYTES, request, response);
    else beginWith(1000, BYTES, response);
  });
  // A busy machine may well be silent for so long too: then it only takes more attempts.
  const options = await workshop(t, { idleMs: 50, retries: 100 });
  await fetchDataset(datasetOf([FILE], url), options);
  t.is(asked[0], '/images.gz all');
  t.is(asked.at(-1), '/images.gz bytes=1000-');
  const reasons = options.events.flatMap((event) => (event.type === 'broken' ? event.reason : []));
  t.true(reasons.includes('nothing more came'));
  t.deepEqual(await readFile(path.join(options.folder, FILE.name)), BYTES);
});

/** An address where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

test('offline it says so without trying again, and what to do instead', async (t) => {
  const options = await workshop(t);
  const url = await deadUrl();
  const nowhere = 'http://nowhere.invalid/';
  const dataset = datasetOf([FILE, publish('labels.gz', BYTES)], url, nowhere);
  const error = await t.throwsAsync(fetchDataset(dataset, options), { instanceOf: FoldwiseError });
  t.regex(error.message, /^tiny cannot be fetched: this machine seems to be offline\n/);
  t.regex(error.message, /127\.0\.0\.1:\d+: connection refused\n  nowhere\.invalid: its name /);
  for (const part of [
    `${options.folder}:\n    images.gz\n    labels.gz\n`,
    url,
    nowhere,
    'HTTPS_PROXY',
  ]) {
    t.true(error.message.includes(part), part);
  }
  t.deepEqual(options.types(), ['started', 'started']);
});

test('an abort ends it with its reason, and leaves no finished file', async (t) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { url, asked } = await serve(t, (_request, response) => beginWith(1000, BYTES, response));
  const options = await workshop(t);
  const running = fetchDataset(datasetOf([FILE], url, url), {
    ...options,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'received' && event.receivedBytes > 0) controller.abort(reason);
    },
  });
  t.is(await t.throwsAsync(running), reason);
  t.is(asked.length, 1);
  t.deepEqual(await readdir(options.folder), ['images.gz.partial']);
});
