import test from 'ava';
import type { CheckpointInfo } from '../../../shared/domain.ts';
import { insertCheckpoint } from '../../../coordinator/scheduler/kept-checkpoints.ts';
import { someDigest } from '../../helpers/results.ts';

const checkpoint = (epoch: number, digit: string): CheckpointInfo => ({
  ...{ epoch, sizeBytes: 10, digest: someDigest(digit) },
});

test('the two newest epochs are kept, in whatever order they come', (t) => {
  const [one, two, three] = [checkpoint(1, 'a'), checkpoint(2, 'b'), checkpoint(3, 'c')];
  t.deepEqual(insertCheckpoint([two, one], three), [three, two]);
  t.deepEqual(insertCheckpoint([three, two], one), [three, two]);
});

test('a state from within an epoch takes the place of that of its beginning', (t) => {
  const [one, two, within] = [checkpoint(1, 'a'), checkpoint(2, 'b'), checkpoint(2, 'c')];
  t.deepEqual(insertCheckpoint([two, one], within), [within, one]);
});
