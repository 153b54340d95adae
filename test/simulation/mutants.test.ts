import test from 'ava';
import { MUTANTS } from './mutants.ts';
import type { Mutant } from './mutant.ts';
import { playSchedule } from './schedule.ts';

/** So many schedules are enough to find any of them. */
const MOST = 1000;

const isCaught = test.macro(async (t, mutant: Mutant) => {
  t.timeout(300_000);
  for (let seed = 1; seed <= MOST; seed += 1) {
    const { violations } = await playSchedule(seed, mutant);
    if (violations.length === 0) continue;
    t.log(`schedule ${seed}: ${violations[0]}`);
    t.pass();
    return;
  }
  t.fail(`${MOST} schedules have not found it`);
});

for (const [name, mutant] of Object.entries(MUTANTS)) {
  test.serial(`the simulation finds it where ${name}`, isCaught, mutant);
}
