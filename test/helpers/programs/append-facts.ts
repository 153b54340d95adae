import { writeSync } from 'node:fs';
import { createRecord, openRecord, recordExists } from '../../../coordinator/record/open.ts';
import { factsFrom, header } from '../../coordinator/record/facts.ts';

/**
 * Opens the record in a folder, making it where there is none, and appends facts without end. On
 * standard output, a line for each acknowledgement: the sequence of the last fact there is.
 *
 * Arguments: the folder, and how many facts to append at a time.
 */
const [folder = '', batch = '1'] = process.argv.slice(2);
const record = (await recordExists(folder))
  ? await openRecord(folder, { patienceMs: 0 })
  : await createRecord(folder, header, { patienceMs: 0 });
let last = record.facts.length;
// Nobody buffers it: what was said before the end was said.
writeSync(1, `${last}\n`);
for (;;) {
  await record.append(factsFrom(last + 1, last + Number(batch)));
  last += Number(batch);
  writeSync(1, `${last}\n`);
  await record.markDelivered(last);
}
