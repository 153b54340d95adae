/**
 * The process that looks at a network of whatever size: one request, one reply, then it ends. What
 * hangs it or takes its memory takes nobody else's.
 */
import { asError, DataError } from '../../../shared/errors.ts';
import { loadLayers } from '../../engine/load-layers.ts';
import { describeArchitecture } from './describe-architecture.ts';
import type { InspectionReply, InspectionRequest } from './inspect-messages.ts';

process.on('disconnect', () => process.exit(0));
process.once('message', (request: InspectionRequest) => {
  void inspect(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});

async function inspect({ network, use }: InspectionRequest): Promise<InspectionReply> {
  try {
    return { type: 'facts', facts: await describeArchitecture(loadLayers(), network, use) };
  } catch (error) {
    const { message } = asError(error);
    return { type: error instanceof DataError ? 'refused' : 'broken', message };
  }
}
