import test from 'ava';
import { Losses } from '../../worker/losses.ts';
import { SessionLost } from '../../worker/session.ts';
import { Unmatched } from '../../worker/until-ready.ts';

const MINUTE_MS = 60_000;

test('what waiting does not mend is warned of at first, once a minute, and where it changes', (t) => {
  const told: string[] = [];
  let now = 0;
  const losses = new Losses({
    log: { warn: (line: string) => told.push(`warn ${line}`) },
    onState: (line) => told.push(line),
    nowMs: () => now,
  });
  const news = (error: SessionLost, atMs: number): string[] => {
    now = atMs;
    losses.tell(error);
    return told.splice(0);
  };
  const [a, b] = [new Unmatched('unknown ca'), new Unmatched('wrong version')];
  t.deepEqual(news(a, 0), ['warn unknown ca; trying again']);
  t.deepEqual(news(a, 5000), []);
  t.deepEqual(news(b, 6000), ['warn wrong version; trying again']);
  t.deepEqual(news(a, MINUTE_MS - 1), []);
  t.deepEqual(news(a, MINUTE_MS), ['warn unknown ca; trying again']);
  t.deepEqual(news(b, MINUTE_MS + 1), []);
  losses.connected();
  t.deepEqual(news(b, MINUTE_MS + 2), ['warn wrong version; trying again']);
  const nobody = new SessionLost('no coordinator');
  for (const atMs of [0, 1]) t.deepEqual(news(nobody, atMs), ['no coordinator; trying again']);
});
