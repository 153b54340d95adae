import test from 'ava';
import fc from 'fast-check';
import { DataError } from '../../../../shared/errors.ts';
import {
  readArchitecture,
  renderArchitecture,
} from '../../../../worker/trainer/architecture/read-architecture.ts';
import { layersOf } from '../../../../worker/trainer/network-json.ts';
import { kerasModel } from '../../../helpers/keras-model.ts';

const read = (json: unknown) => readArchitecture(JSON.stringify(json), 'net.json');
const stack = (...layers: object[]) => ({ class_name: 'Sequential', config: { layers } });
const layer = (kind: string, config: object = {}) => ({ class_name: kind, config });
const shape = { batch_input_shape: [null, 28, 28, 1] };
const plain = stack(layer('Flatten', shape), layer('Dense', { units: 10, activation: 'softmax' }));

test('the network is found in every nesting that tfjs and Keras write', (t) => {
  const wanted = read(plain);
  t.deepEqual(read({ modelTopology: plain }), wanted);
  t.deepEqual(read({ modelTopology: { model_config: plain, keras_version: '2.11.0' } }), wanted);
  t.deepEqual(read({ model_config: plain }), wanted);
  t.deepEqual(read({ ...plain, config: plain.config.layers }), wanted);
  t.deepEqual(read(JSON.stringify(plain)), wanted);
  t.is(layersOf(read(kerasModel([28, 28, 1], 10))).length, 10);
});

test('weights, optimizer and metadata are left behind', (t) => {
  const file = {
    modelTopology: { model_config: plain, training_config: { loss: 'mse' } },
    weightsManifest: [{ paths: ['elsewhere.bin'], weights: [] }],
    userDefinedMetadata: { foldwise: {} },
  };
  const text = renderArchitecture(read(file), 'net.json');
  t.notRegex(text, /elsewhere|mse|foldwise/);
  t.deepEqual(readArchitecture(text, 'net.json'), read(plain));
});

test('layers without names get some, the same each time', (t) => {
  const network = read(
    stack(
      layer('Flatten', shape),
      layer('Dense', { units: 3 }),
      layer('Dense', { units: 2, name: 'mine' }),
      layer('TimeDistributed', { layer: layer('Dense', { units: 1 }) }),
      stack(layer('Dense', { units: 1 })),
    ),
  );
  const names = layersOf(network).map(({ config }) => config['name']);
  t.deepEqual(names, ['flatten_1', 'dense_1', 'mine', 'time_distributed_1', 'sequential_1']);
  t.regex(JSON.stringify(network), /"name":"network".*"dense_2".*"dense_3"/);
});

const refuses = test.macro((t, message: RegExp, text: string) => {
  const error = t.throws(() => readArchitecture(text, 'net.json'), { instanceOf: DataError });
  t.regex(error.message, message);
  t.regex(error.message, /^net\.json/);
  t.true(error.message.length < 700 && !error.message.includes('\n'), error.message);
});
const refusesJson = (title: string, message: RegExp, json: unknown) =>
  test(title, refuses, message, JSON.stringify(json));
const withLayer = (kind: string, config: object) =>
  stack(layer('Flatten', shape), layer(kind, { name: 'one', ...config }));

test('what is no JSON is refused', refuses, /is no JSON/, '{');
test('an empty file is refused', refuses, /is no JSON/, '');
test('a picture is refused', refuses, /is no JSON/, '\u0089PNG\r\n\u001a\n'.repeat(100));
test(
  'brackets without end are refused',
  refuses,
  /nested more than 200/,
  '['.repeat(1e5) + ']'.repeat(1e5),
);
refusesJson('a number is refused', /is no tfjs layers model.*the whole/, 5);
refusesJson('null is refused', /is no tfjs layers model/, null);
refusesJson('a model without layers is refused', /config/, {
  class_name: 'Sequential',
  config: {},
});
refusesJson('an empty stack is refused', /config/, stack());
refusesJson('a graph model is refused as that', /is a tfjs graph model/, {
  format: 'graph-model',
  modelTopology: { node: [] },
});
refusesJson('a graph without its format is, too', /is a tfjs graph model/, {
  modelTopology: { node: [], versions: {} },
});
refusesJson('a model of Keras 3 is told how to be written', /Keras 3.*tf_keras/, {
  modelTopology: {
    keras_version: '3.5.0',
    model_config: {
      class_name: 'Functional',
      config: { layers: [{ ...layer('Dense', { name: 'd' }), inbound_nodes: [{ args: [] }] }] },
    },
  },
});
refusesJson(
  'a stack of Keras 3, which tfjs would trip over, is told the same',
  /Keras 3.*tf_keras/,
  {
    class_name: 'Sequential',
    config: {
      layers: [
        { class_name: 'InputLayer', config: { batch_shape: [null, 9, 9, 1], name: 'in' } },
        layer('Flatten', { dtype: { module: 'keras', class_name: 'DTypePolicy', config: {} } }),
      ],
    },
  },
);
refusesJson('layers within layers without end are refused', /more than 32 deep/, deep(40));
refusesJson('thousands of layers are refused', /5000 layers, more than the 4096/, {
  ...plain,
  config: { layers: Array.from({ length: 5000 }, () => layer('ReLU')) },
});
refusesJson(
  'a layer within a layer that is none is refused',
  /what lies within its layer "one" is no layer/,
  withLayer('TimeDistributed', { layer: 5 }),
);

function deep(levels: number): object {
  let inner: object = layer('Dense', { units: 1 });
  for (let level = 0; level < levels; level++) inner = layer('TimeDistributed', { layer: inner });
  return stack(inner);
}

const graph = (...layers: object[]) => ({ class_name: 'Model', config: { layers } });
const node = (name: string, ...from: string[]) => ({
  ...layer('Add', { name }),
  name,
  inbound_nodes: [from.map((one) => [one, 0, 0, {}])],
});
refusesJson(
  'layers that wait for each other are refused',
  /layer "a" whose place/,
  graph(node('a', 'b'), node('b', 'a')),
);
refusesJson(
  'a layer that is not there is refused',
  /layer "a" whose place/,
  graph(node('a', 'gone')),
);
refusesJson(
  'two layers of one name are refused',
  /layer "a" whose place/,
  graph(node('a', 'a'), node('a', 'a')),
);
refusesJson(
  'layers that wait for each other are refused within layers, too',
  /layer "a" whose place/,
  stack(graph(node('a', 'b'), node('b', 'a'))),
);

for (const name of ['__proto__', 'constructor', 'a\u001b[2J', 'x'.repeat(300), '', 'a b\n']) {
  refusesJson(
    `the layer name ${JSON.stringify(name.slice(0, 20))} is refused`,
    /has a layer of the name/,
    JSON.parse(
      `{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"units":1,"name":${JSON.stringify(name)}}}]}}`,
    ),
  );
}

refusesJson(
  'random pictures are refused',
  /"one" \(RandomWidth\) changes images/,
  withLayer('RandomWidth', {}),
);
for (const config of [
  { kernel_constraint: { class_name: 'MaxNorm', config: {} } },
  { biasConstraint: { class_name: 'NonNeg', config: {} } },
]) {
  refusesJson(
    `a constraint is refused: ${Object.keys(config).join()}`,
    /"one" \(Dense\) has \w+, but tfjs/,
    withLayer('Dense', config),
  );
}
refusesJson(
  'an activity regularizer is refused',
  /"one" \(Dense\) has activity_regularizer, which tfjs ignores/,
  withLayer('Dense', { activity_regularizer: { class_name: 'L1L2', config: { l1: 1, l2: 0 } } }),
);
refusesJson(
  'dropout in a recurrent layer is refused',
  /"one" \(LSTM\) has dropout, whose mask/,
  withLayer('LSTM', { dropout: 0.2 }),
);
refusesJson(
  'recurrent dropout is refused in a wrapper, too',
  /"inner" \(GRU\) has recurrent_dropout, whose mask/,
  withLayer('Bidirectional', { layer: layer('GRU', { name: 'inner', recurrent_dropout: 0.1 }) }),
);
refusesJson('a stateful layer is refused', /has stateful/, withLayer('LSTM', { stateful: true }));
refusesJson(
  'what tfjs ignores is refused',
  /has groups, which tfjs ignores: expected 1/,
  withLayer('Conv2D', { groups: 2 }),
);
for (const [kind, key, value] of [
  ['LSTM', 'time_major', true],
  ['GRU', 'zero_output_for_mask', true],
  ['Bidirectional', 'backward_layer', layer('GRU', { name: 'other' })],
  ['BatchNormalization', 'renorm', true],
  ['LeakyReLU', 'negative_slope', 0.1],
  ['Conv2DTranspose', 'output_padding', [1, 1]],
] as const) {
  refusesJson(
    `what tfjs ignores is refused: ${kind}, ${key}`,
    new RegExp(`"one" \\(${kind}\\) has ${key}, which tfjs ignores`),
    withLayer(kind, { [key]: value, ...(kind === 'Bidirectional' ? { layer: layer('GRU') } : {}) }),
  );
}
for (const kind of ['DepthwiseConv2D', 'Conv2DTranspose', 'Conv3DTranspose']) {
  refusesJson(
    `a dilation that tfjs ignores is refused: ${kind}`,
    /is dilated, which tfjs ignores/,
    withLayer(kind, { dilation_rate: [2, 2] }),
  );
}
for (const kind of ['constructor', '__proto__', 'toString']) {
  test(`a layer of the kind ${kind} is one that is not known yet`, (t) => {
    t.notThrows(() => read(withLayer(kind, {})));
  });
}
refusesJson(
  'a layer that is called as frozen, which tfjs ignores, is refused',
  /layer "b" \(Add\) is called with training, which tfjs ignores/,
  graph(
    { ...layer('InputLayer', { name: 'a' }), name: 'a', inbound_nodes: [] },
    { ...node('b'), inbound_nodes: [[['a', 0, 0, { mask: null, training: false }]]] },
  ),
);

test('what makes no difference is taken', (t) => {
  const harmless = {
    LSTM: { dropout: 0, recurrent_dropout: 0, stateful: false, kernel_constraint: null },
    Conv2D: { groups: 1, activity_regularizer: null },
    DepthwiseConv2D: {
      dilation_rate: [1, 1],
      depthwise_constraint: { class_name: 'L1L2', config: {} },
    },
    ReLU: { negative_slope: 0, threshold: 0, max_value: null },
    Conv2DTranspose: { output_padding: null, dilation_rate: [1, 1] },
    GRU: { time_major: false, zero_output_for_mask: false },
    LeakyReLU: { alpha: 0.1 },
  };
  for (const [kind, config] of Object.entries(harmless))
    t.notThrows(() => read(withLayer(kind, config)));
  // tfjs writes the regularizer there by mistake.
  t.notRegex(
    JSON.stringify(read(withLayer('DepthwiseConv2D', harmless.DepthwiseConv2D))),
    /constraint/,
  );
});

test('arbitrary JSON is read or refused in one line, never more', (t) => {
  const layerLike = fc.record(
    {
      class_name: fc.constantFrom('Dense', 'Model', 'Sequential', 'Add', 'toString'),
      config: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
      name: fc.jsonValue(),
      inbound_nodes: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const any = fc.oneof(
    fc.jsonValue(),
    fc.record({
      modelTopology: fc.record({ class_name: fc.string(), config: fc.array(layerLike) }),
    }),
  );
  fc.assert(
    fc.property(any, (json) => {
      try {
        read(json);
      } catch (error) {
        t.true(error instanceof DataError && !error.message.includes('\n'));
      }
    }),
  );
  t.pass();
});
