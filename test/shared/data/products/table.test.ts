import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../../shared/errors.ts';
import { readTable } from '../../../../shared/data/products/table.ts';
import { folderOf } from './pictures.ts';
import type { ExecutionContext } from 'ava';

async function read(t: ExecutionContext, text: string | Uint8Array, columns = ['id', 'name']) {
  const folder = await folderOf(t, { 'a.csv': text });
  return readTable({
    path: path.join(folder, 'a.csv'),
    shownAs: 'a.csv',
    columns,
    purpose: 'for this test',
  });
}

const values = async (t: ExecutionContext, text: string): Promise<string[][]> =>
  (await read(t, text)).map((row) => [...row.values]);

const reads = test.macro({
  exec: async (t, text: string, expected: string[][]) => {
    t.deepEqual(await values(t, text), expected);
  },
  title: (title) => `${title} is read`,
});

test('a plain table', reads, 'id,name\n1,a\n2,b\n', [
  ['1', 'a'],
  ['2', 'b'],
]);
test('a table without a line feed at its end', reads, 'id,name\n1,a', [['1', 'a']]);
test('a table in the order name, id', reads, 'name,x,id\na,,1\n', [['1', 'a']]);
test('a table with a byte order mark and CRLF', reads, '\ufeffid,name\r\n1,a\r\n', [['1', 'a']]);
test('a table with lines ended in both ways', reads, 'id,name\r\n1,a\n2,b\r\n', [
  ['1', 'a'],
  ['2', 'b'],
]);
test('a table with blank lines', reads, 'id,name\n\n1,a\n\n\n2,b\n\n', [
  ['1', 'a'],
  ['2', 'b'],
]);
test('a comma without quotes in the last column', reads, 'id,name\n1,a, b,c\n', [['1', 'a, b,c']]);
test('a comma within quotes', reads, 'id,name\n1,"a, b"\n', [['1', 'a, b']]);
test('a comma within quotes and one without', reads, 'id,x,name\n1,"a, b",c,d\n', [['1', 'c,d']]);
test('NA', reads, 'id,name\nNA,NA\n', [['NA', 'NA']]);
test('an empty value', reads, 'id,name\n1,\n', [['1', '']]);
test('spaces around', reads, ' id , name \n 1 , a \n', [['1', 'a']]);
test('a quote inside a field', reads, 'id,name\n1,5" heel\n2,b"\n', [
  ['1', '5" heel'],
  ['2', 'b"'],
]);
test('a quote that nothing closes', reads, 'id,name\n1,"a\n2,b\n', [
  ['1', '"a'],
  ['2', 'b'],
]);
test('a quote that a later line closes', reads, 'id,name\n1,"a\n2,b"\n', [
  ['1', '"a'],
  ['2', 'b"'],
]);

const fails = test.macro({
  exec: async (t, text: string | Uint8Array, message: RegExp) => {
    const error = await t.throwsAsync(read(t, text), { instanceOf: DataError });
    t.regex(error?.message ?? '', message);
  },
  title: (title) => `${title} is refused`,
});

test('an empty file', fails, '', /^a\.csv is empty, expected columns id and name for this test$/);
test('a file of blank lines', fails, '\n\n', /is empty/);
test('a header alone', fails, 'id,name\n', /has a header but no rows/);
test('a header without the column', fails, 'id,Name\n1,a\n', /has no column "name".*\(id, Name\)/);
test('a header with the column twice', fails, 'id,name,id\n1,a,2\n', /has two columns "id"/);
test('a short row', fails, 'id,x,name\n1,x,a\n2,b\n', /line 3 has 2 fields, expected 3$/);
test('a short row after blank lines', fails, '\nid,name\n\n1,a\n\n2\n', /line 6 has 1 fields/);
test('a NUL', fails, 'id,name\n1,a\n2,\0\n', /line 3 holds a NUL byte/);
test('another encoding', fails, Uint8Array.of(105, 100, 0xff, 10), /is not UTF-8/);

test('rows say on which line they begin', async (t) => {
  const rows = await read(t, 'id,name\n\n1,a\n2,b\n\n\n3,c\n');
  t.deepEqual(
    rows.map(({ line }) => line),
    [3, 4, 7],
  );
});

test('whatever the last column holds comes back, but for line ends, outer spaces and CSV quotes', async (t) => {
  const content = fc
    .string({ unit: fc.constantFrom('a', ',', ' ', '"', "'", 'é', '\t', 'NA'), maxLength: 12 })
    .map((text) => text.trim())
    .filter((text) => !/(^|,)"/.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 5 }), async (names) => {
      const text = ['id,name', ...names.map((name, id) => `${id},${name}`)].join('\n');
      t.deepEqual(
        await values(t, text),
        names.map((name, id) => [`${id}`, name]),
      );
    }),
    { numRuns: 40 },
  );
});
