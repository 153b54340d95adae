import { plain } from '../coordinator/report/format.ts';
import { asRunId } from '../shared/domain.ts';
import { FoldwiseError, UsageError } from '../shared/errors.ts';
import type { Context } from './context.ts';
import { natsServers } from './nats/target.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { COMMAND_SETTINGS, Settings } from './settings.ts';
import { createConnector } from './watch/connect.ts';
import type { RunEnding } from '../shared/events.ts';
import { followRun } from './watch/follow-run.ts';
import { openViewer } from './watch/viewer.ts';

type WatchName = (typeof COMMAND_SETTINGS.watch)[number];

const LOCAL_SERVER = 'nats://127.0.0.1:4222';

/** Shows a run as it goes on elsewhere. @throws FoldwiseError where the run came to no good end */
export async function watch(
  { values }: ResolvedSettings<WatchName>,
  context: Context,
): Promise<void> {
  const { env, signal } = context;
  const { access, shown } = await natsServers(serversOf(values, env));
  const viewer = openViewer(context, { isJson: values.json });
  const connect = createConnector({ access, shown, signal, say: viewer.say });
  const run = values.run === undefined ? undefined : asRunId(values.run);
  try {
    assertFinished(await followRun({ connect, run, viewer, signal }));
  } finally {
    viewer.close();
  }
}

function serversOf(values: Settings<WatchName>, env: Context['env']) {
  const { nats, 'nats-creds': file } = values;
  if (nats === 'auto' || nats === 'none') {
    throw new UsageError(`--nats: expected the URL that the run names, got "${nats}"`);
  }
  if (nats !== undefined) return { text: nats, shownAs: '--nats', file, env };
  return { text: env['NATS_URL'] || LOCAL_SERVER, shownAs: 'NATS_URL', file, env };
}

function assertFinished(ending: RunEnding): void {
  switch (ending.type) {
    case 'run.finished':
      return;
    case 'run.failed':
      throw new FoldwiseError(`run ${ending.run} failed: ${plain(ending.reason)}`);
    case 'run.cancelled':
      throw new FoldwiseError(`run ${ending.run} was cancelled: ${plain(ending.reason)}`);
  }
}
