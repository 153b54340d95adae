/**
 * Loaded before a coordinator (NODE_OPTIONS=--import …): counts what it makes durable, and ends it by
 * SIGKILL just before, or just after, one of them. FAULTS_KILL_AT counts from 1, 0 only counts.
 */
import { appendFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-argument --
   what is patched here has no types */
/** @typedef {(this: unknown, ...args: unknown[]) => unknown} Method */

const at = Number(process.env['FAULTS_KILL_AT']);
const isBefore = process.env['FAULTS_KILL_WHEN'] === 'before';
let writes = 0;

const die = () => process.kill(process.pid, 'SIGKILL');

/**
 * @param {object} target
 * @param {string} name
 * @param {(args: unknown[]) => boolean} isDurable
 */
function count(target, name, isDurable = () => true) {
  const method = /** @type {Method} */ (Reflect.get(target, name));
  /** @type {Method} */
  const counted = function (...args) {
    if (!isDurable(args)) return method.apply(this, args);
    writes += 1;
    const isTime = writes === at;
    if (isTime && isBefore) die();
    const done = method.apply(this, args);
    if (!isTime || isBefore) return done;
    return done instanceof Promise ? done.then(die) : die();
  };
  Reflect.set(target, name, counted);
}

count(files, 'rename');
count(files, 'link');
syncBuiltinESMExports();
const handle = await files.open(process.execPath);
count(/** @type {object} */ (Object.getPrototypeOf(handle)), 'sync');
await handle.close();
const load = createRequire(import.meta.url);
for (const name of ['libsql', 'libsql/promise']) {
  const { prototype } = /** @type {{ prototype: object }} */ (load(name));
  count(prototype, 'exec', ([sql]) => /^COMMIT/i.test(String(sql)));
}

process.on('exit', () => {
  const file = process.env['FAULTS_COUNT_FILE'];
  if (file) appendFileSync(file, `${writes}\n`);
});
