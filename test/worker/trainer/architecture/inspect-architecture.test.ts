import test from 'ava';
import { DataError } from '../../../../shared/errors.ts';
import { loadLayers } from '../../../../worker/engine/load-layers.ts';
import { describeArchitecture } from '../../../../worker/trainer/architecture/describe-architecture.ts';
import { inspectArchitecture } from '../../../../worker/trainer/architecture/inspect-architecture.ts';
import { readArchitecture } from '../../../../worker/trainer/architecture/read-architecture.ts';
import { kerasModel } from '../../../helpers/keras-model.ts';

const use = { image: { height: 28, width: 28, channels: 1 }, classCount: 10, shownAs: 'net.json' };
const { signal } = new AbortController();

const inspect = (json: object, options: { patienceMs?: number; signal?: AbortSignal } = {}) =>
  inspectArchitecture(
    { network: readArchitecture(JSON.stringify(json), use.shownAs), use },
    { signal, ...options },
  );
const stack = (...layers: object[]) => ({ class_name: 'Sequential', config: { layers } });
const input = { class_name: 'InputLayer', config: { batch_input_shape: [null, 28, 28, 1] } };
const flatten = { class_name: 'Flatten', config: {} };
const dense = (units: number, activation = 'linear') => ({
  class_name: 'Dense',
  config: { units, activation },
});

test.serial(
  'a network is measured: layers, parameters, the largest of what layers hand on',
  async (t) => {
    const norm = { class_name: 'BatchNormalization', config: { name: 'norm' } };
    const facts = await inspect(
      stack(input, norm, flatten, dense(50, 'relu'), dense(10, 'softmax')),
    );
    const parameters = 4 + (784 * 50 + 50) + (50 * 10 + 10);
    t.like(facts, { layers: 4, parameters, trainable: parameters - 2, largest: { numbers: 784 } });
    const keras = await inspect(kerasModel([28, 28, 1], 10));
    const largest = { name: 'conv_1', numbers: 28 * 28 * 4 };
    t.like(keras, { layers: 10, parameters: 36 + 16 + 144 + 40 + 90, largest });
  },
);

test.serial('a network of any size is measured, its weights never made', async (t) => {
  const enormous = stack(input, flatten, dense(2 ** 30), dense(2 ** 30), dense(10, 'softmax'));
  const error = await t.throwsAsync(inspect(enormous), { instanceOf: DataError });
  t.regex(error.message, /^net\.json has \d+ parameters, more than the 268435456 allowed$/);
});

const layersOnly = loadLayers();
const refuses = test.macro(async (t, message: RegExp, json: object) => {
  const network = readArchitecture(JSON.stringify(json), use.shownAs);
  const described = describeArchitecture(layersOnly, network, use);
  const error = await t.throwsAsync(described, { instanceOf: DataError, message });
  t.false(error.message.includes('\n'));
});

test(
  'another image is refused',
  refuses,
  /takes inputs of the shape \[null,20,20,3\], but the images are \[null,28,28,1\]/,
  stack(
    { class_name: 'Flatten', config: { batch_input_shape: [null, 20, 20, 3] } },
    dense(10, 'softmax'),
  ),
);
test(
  'another number of classes is refused',
  refuses,
  /outputs of the shape \[null,7\], but for 10 classes they must be \[null,10\]/,
  stack(input, flatten, dense(7, 'softmax')),
);
test(
  'a network that does not say what it takes is refused',
  refuses,
  /cannot be built by tfjs: .*inputShape/,
  stack(flatten, dense(10, 'softmax')),
);
test(
  'a network that ends in something else is refused, and told what is expected',
  refuses,
  /does not end in softmax: expected a Softmax layer.*got "dense_1" \(Dense\)/,
  stack(input, flatten, dense(10)),
);
test(
  'softmax over the images of a batch is refused',
  refuses,
  /does not end in softmax/,
  stack(input, flatten, dense(10), { class_name: 'Softmax', config: { axis: 0 } }),
);
test(
  'a network without weights is refused',
  refuses,
  /has nothing to train/,
  stack(
    input,
    { class_name: 'AveragePooling2D', config: { pool_size: [28, 3] } },
    flatten,
    { class_name: 'RepeatVector', config: { n: 10 } },
    { class_name: 'Permute', config: { dims: [2, 1] } },
    { class_name: 'GlobalMaxPooling1D', config: {} },
    { class_name: 'Softmax', config: {} },
  ),
);
test(
  'an image that layers leave nothing of is refused',
  refuses,
  /cannot be built by tfjs: Negative dimension size/,
  stack(
    input,
    { class_name: 'Conv2D', config: { name: 'conv', filters: 4, kernel_size: 30 } },
    { class_name: 'GlobalAveragePooling2D', config: {} },
    dense(10, 'softmax'),
  ),
);
test(
  'so is one that tfjs would build',
  refuses,
  /layer "pool" gives the shape \[null,0,0,1\]/,
  stack(
    input,
    { class_name: 'MaxPooling2D', config: { name: 'pool', pool_size: [30, 30] } },
    { class_name: 'GlobalAveragePooling2D', config: {} },
    dense(10, 'softmax'),
  ),
);
test(
  'batch normalisation over another axis is refused',
  refuses,
  /"norm" \(BatchNormalization\) has axis 1, expected the last one/,
  stack(
    input,
    { class_name: 'BatchNormalization', config: { name: 'norm', axis: 1 } },
    flatten,
    dense(10, 'softmax'),
  ),
);
test(
  'a softmax that the network uses within, too, is refused',
  refuses,
  /uses its last layer "out" more than once/,
  {
    class_name: 'Model',
    config: {
      name: 'm',
      layers: [
        { ...input, name: 'in', config: { ...input.config, name: 'in' }, inbound_nodes: [] },
        graphLayer('flat', 'Flatten', {}, [['in', 0]]),
        graphLayer('ten', 'Dense', { units: 10 }, [['flat', 0]]),
        graphLayer('out', 'Softmax', {}, [['ten', 0]], [['again', 0]]),
        graphLayer('again', 'Dense', { units: 10 }, [['out', 0]]),
      ],
      input_layers: [['in', 0, 0]],
      output_layers: [['out', 1, 0]],
    },
  },
);

function graphLayer(
  name: string,
  kind: string,
  config: object,
  ...uses: (readonly (readonly [string, number])[])[]
) {
  const nodes = uses.map((use) => use.map(([from, node]) => [from, node, 0, {}]));
  return { class_name: kind, name, config: { ...config, name }, inbound_nodes: nodes };
}

test.serial(
  'looking at a network ends when it takes too long, and when that is wanted',
  async (t) => {
    const good = stack(input, flatten, dense(10, 'softmax'));
    await t.throwsAsync(inspect(good, { patienceMs: 1 }), {
      instanceOf: DataError,
      message: 'net.json cannot be made sense of: in 0.001 s',
    });
    const stop = new AbortController();
    const stopped = inspect(good, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await t.throwsAsync(stopped, { message: 'enough' });
  },
);
