import test from 'ava';
import fc from 'fast-check';
import { countOomKills } from '../../worker/oom-kills.ts';
import { delayMs } from '../../worker/patience.ts';

test('patience grows from half a second to eight, and is never the same for all', (t) => {
  t.is(delayMs(0, 0), 500);
  t.is(delayMs(1, 0), 1000);
  t.is(delayMs(1000, 0), 8000);
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.nat(), random, (failures, share) => {
      const ms = delayMs(failures, share);
      return ms >= 250 && ms <= 8000;
    }),
  );
  t.pass();
});

test('kills by the kernel are counted on the machine and in the control group', (t) => {
  const files: Record<string, string> = {
    '/proc/vmstat': 'nr_free_pages 1\noom_kill 3\n',
    '/proc/self/cgroup': '0::/job_7/step\n',
    '/sys/fs/cgroup/job_7/step/memory.events': 'oom 2\noom_kill 2\noom_group_kill 0\n',
  };
  const read = (file: string): string => {
    const text = files[file];
    if (text === undefined) throw new Error(`no ${file}`);
    return text;
  };
  t.is(countOomKills(read), 5);
  files['/proc/self/cgroup'] = '0::/\n';
  files['/sys/fs/cgroup/memory.events'] = 'oom_kill 4\n';
  t.is(countOomKills(read), 7);
  t.is(
    countOomKills(() => {
      throw new Error('no such system');
    }),
    0,
  );
});
