import type { RunRecord } from '../../coordinator/record/record.ts';
import { openPublisher, type PublisherOptions } from './publisher.ts';

type Rest = Pick<PublisherOptions, 'target' | 'env' | 'signal' | 'logDir' | 'onWarning'>;

/** Sends what NATS did not get of a run that has finished: its server may have been away then. */
export async function deliverRest(record: RunRecord, options: Rest): Promise<void> {
  const rest = record.facts.filter(({ event }) => event.sequence > record.delivered());
  if (options.target.kind !== 'servers' || rest.length === 0) return;
  const publisher = openPublisher({ ...options, record, onNote: () => undefined });
  for (const { event } of rest) publisher.send(event);
  await publisher.close('finished');
}
