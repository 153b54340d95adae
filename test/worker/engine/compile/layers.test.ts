import test from 'ava';
import { tf } from '../../../helpers/tensorflow.ts';
import { disagreement } from './agreement.ts';
import { NETWORKS } from './networks.ts';

const OPTIMIZERS = {
  momentum: () => tf.train.momentum(0.05, 0.9),
  rmsprop: () => tf.train.rmsprop(0.003),
  adam: () => tf.train.adam(0.003),
};
/** How they treat a gradient does not depend on the layer it comes from. */
const OTHER_OPTIMIZERS = {
  sgd: () => tf.train.sgd(0.05),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adagrad: () => tf.train.adagrad(0.01),
  adadelta: () => tf.train.adadelta(0.05),
  adamax: () => tf.train.adamax(0.003),
};

const agree = test.macro<[build: (typeof NETWORKS)[string], optimizer: () => never]>(
  async (t, build, optimizer) => {
    const found = await disagreement({ build, optimizer });
    t.true(found.first <= 1e-6, `first loss: ${found.first}`);
    t.true(found.losses <= 1e-5, `losses: ${found.losses}`);
    t.true(found.outputs <= 5e-4, `outputs: ${found.outputs}`);
    t.true(found.statistics <= 5e-4, `statistics: ${found.statistics}`);
  },
);

for (const [name, build] of Object.entries(NETWORKS)) {
  const chosen =
    name === 'a residual network' ? { ...OPTIMIZERS, ...OTHER_OPTIMIZERS } : OPTIMIZERS;
  for (const [optimizerName, optimizer] of Object.entries(chosen)) {
    const title = `${name}: five compiled steps of ${optimizerName} are those op by op`;
    test.serial(title, agree, build, optimizer as () => never);
  }
}
