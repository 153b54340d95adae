import { PassThrough } from 'node:stream';
import test from 'ava';
import { openFetchDisplay, type FetchDisplay } from '../../../cli/data/fetch-display.ts';

const file = { name: 'images.gz', sizeBytes: 20_000_000, md5: '', sha256: '' };
const host = 'example.org';

/** What is written while a file of 20 MB arrives, 2 MB in each second. */
function shown(isLive: boolean, use: (display: FetchDisplay) => void): string {
  const output = new PassThrough();
  let nowMs = 0;
  const stream = Object.assign(output, { columns: 80 }) as unknown as NodeJS.WriteStream;
  const display = openFetchDisplay(stream, { isLive, nowMs: () => (nowMs += 1000) });
  use(display);
  display.close();
  return String(output.read() ?? '');
}

const arrive = (display: FetchDisplay): void => {
  display.show({ type: 'started', file, host });
  for (let receivedBytes = 0; receivedBytes <= file.sizeBytes; receivedBytes += 2e6) {
    display.show({ type: 'received', file, receivedBytes });
  }
  display.show({ type: 'finished', file });
};

test('without a terminal a download is a few lines', (t) => {
  t.is(
    shown(false, arrive),
    [
      'fetching images.gz from example.org',
      'images.gz  6.0 MB of 20.0 MB  30%',
      'images.gz  10.0 MB of 20.0 MB  50%',
      'images.gz  16.0 MB of 20.0 MB  80%',
      'images.gz: 20.0 MB, checksums as published',
      '',
    ].join('\n'),
  );
});

test('on a terminal one line is drawn over and over, with its pace', (t) => {
  const text = shown(true, arrive);
  t.true(text.includes('images.gz  0.0 MB of 20.0 MB  0%\n'));
  t.true(text.includes('images.gz  18.0 MB of 20.0 MB  90%  2.0 MB/s\n'));
  t.true(text.endsWith('images.gz: 20.0 MB, checksums as published\n'));
  const lines = text.split('\n').length - 1;
  t.is(text.split('\u{1b}[1A').length - 1, lines - 1, 'each line but the last is wiped out');
});

test('of a download that goes on, the pace is of what arrives now', (t) => {
  const text = shown(true, (display) => {
    display.show({ type: 'started', file, host });
    display.show({ type: 'received', file, receivedBytes: 10e6 });
    display.show({ type: 'received', file, receivedBytes: 11e6 });
  });
  t.true(text.includes('11.0 MB of 20.0 MB  55%  1.0 MB/s'));
});

test('breaks and files that are there already are told in both', (t) => {
  for (const isLive of [true, false]) {
    const text = shown(isLive, (display) => {
      display.show({ type: 'kept', file });
      display.show({ type: 'replaced', file });
      display.show({ type: 'broken', file, host, reason: 'the connection was closed' });
    });
    t.is(
      text,
      [
        'images.gz is there already',
        'images.gz is there, but not as published: fetching it anew',
        'images.gz: example.org: the connection was closed; trying again',
        '',
      ].join('\n'),
    );
  }
});
