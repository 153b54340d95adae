/** Calls the native functions with what no caller gives them; prints what each call came to. */
import { describeEngine, loadTensorFlow } from '../../../../../worker/engine/load.ts';
import { encodeSessionConfig } from '../../../../../worker/engine/compile/session-config.ts';
import { loadNativeGraphs } from '../../../../../worker/engine/compile/native.ts';

/** The same functions, taking anything. */
type Anything = Record<string, (...values: unknown[]) => unknown>;

loadTensorFlow();
const native = loadNativeGraphs(describeEngine().folder) as unknown as Anything;
const [FLOAT, STRING, RESOURCE] = [1, 7, 20];
const graph = native['createGraph']!();
const config = encodeSessionConfig({});
let count = 0;

const print = (line: unknown): unknown => process.stdout.write(`${JSON.stringify(line)}\n`);
const bytes = (length: number) => new Uint8Array(length);
const scalar = { dtype: FLOAT, shape: [], bytes: new Uint8Array(Float32Array.of(4).buffer) };
const constant = (value: unknown) => ({
  ...{ type: 'Const', name: `constant_${count++}`, inputs: [], control: [] },
  attributes: [
    { name: 'dtype', kind: 'type', value: FLOAT },
    { name: 'value', kind: 'tensor', value },
  ],
});
const operation = (changes: Record<string, unknown>) => ({
  ...{ type: 'Sqrt', name: `operation_${count++}`, inputs: [[0, 0]], control: [] },
  attributes: [],
  ...changes,
});
const placeholder = (attributes: unknown[]) =>
  operation({ type: 'Placeholder', inputs: [], attributes });
const withValue = (kind: string, value: unknown) =>
  operation({ attributes: [{ name: 'T', kind, value }] });
const add = (value: unknown) => native['addOperation']!(graph, value);
const run = (changes: Record<string, unknown>) =>
  native['run']!(graph, { feeds: [], fetches: [], targets: [], ...changes });

add(constant(scalar));
native['open']!(graph, config);
const text = placeholder([{ name: 'dtype', kind: 'type', value: STRING }]);
const handle = operation({
  ...{ type: 'VarHandleOp', inputs: [] },
  attributes: [
    { name: 'dtype', kind: 'type', value: FLOAT },
    { name: 'shape', kind: 'shape', value: [1] },
  ],
});
add(text);
add(handle);
const [TEXT, HANDLE] = [1, 2];

const nothing = [undefined, null, 0, 'graph', {}, [], () => undefined, Symbol('graph')];
const tensors = {
  'too few bytes': { dtype: FLOAT, shape: [2], bytes: bytes(4) },
  'too many bytes': { dtype: FLOAT, shape: [], bytes: bytes(8) },
  'no bytes': { dtype: FLOAT, shape: [1] },
  'other numbers than bytes': { dtype: FLOAT, shape: [2], bytes: Float64Array.of(1, 2) },
  'negative sides': { dtype: FLOAT, shape: [-1, -1], bytes: bytes(4) },
  'sides whose product is too large': { dtype: FLOAT, shape: [2 ** 32, 2 ** 32], bytes: bytes(0) },
  'sides and none': { dtype: FLOAT, shape: [2 ** 62, 2 ** 62, 0], bytes: bytes(0) },
  'sides that are no numbers': { dtype: FLOAT, shape: [NaN], bytes: bytes(4) },
  'sides that are text': { dtype: FLOAT, shape: ['1'], bytes: bytes(4) },
  'endless sides': { dtype: FLOAT, shape: [Infinity], bytes: bytes(4) },
  'too many sides': { dtype: FLOAT, shape: Array.from({ length: 300 }, () => 1), bytes: bytes(4) },
  'no sides': { dtype: FLOAT, bytes: bytes(4) },
  text: { dtype: STRING, shape: [], bytes: bytes(24) },
  'a resource': { dtype: RESOURCE, shape: [], bytes: bytes(24) },
  'a type that is none': { dtype: 999, shape: [], bytes: bytes(4) },
  'a type below all': { dtype: -1, shape: [], bytes: bytes(4) },
};
const operations: Record<string, unknown> = {
  'an unknown op': operation({ type: 'NoSuchOp' }),
  'no op': operation({ type: '' }),
  'no name': operation({ name: '' }),
  'a name with a blank': operation({ name: 'a b' }),
  'a name twice': operation({ name: 'constant_0' }),
  'no inputs': operation({ inputs: [] }),
  'too many inputs': operation({
    inputs: [
      [0, 0],
      [0, 0],
    ],
  }),
  'a list for one': operation({ inputs: [[[0, 0]]] }),
  'an input beyond': operation({ inputs: [[99, 0]] }),
  'an input before': operation({ inputs: [[-1, 0]] }),
  'an output beyond': operation({ inputs: [[0, 9]] }),
  'an output before': operation({ inputs: [[0, -9]] }),
  'half an input': operation({ inputs: [[0]] }),
  'inputs that are no numbers': operation({ inputs: [[NaN, NaN]] }),
  'inputs of text': operation({ inputs: ['a'] }),
  'an endless list': operation({ inputs: new Array(2 ** 32 - 1) }),
  'a control beyond': operation({ control: [[99, 0]] }),
  'a type that is none': withValue('type', 999),
  'a type of text': withValue('type', 'float'),
  'a list of unknown kind': withValue('string', ['a']),
  'an integer that is none': withValue('int', NaN),
  'an attribute of nothing': operation({ attributes: [null] }),
  'a placeholder of no type': placeholder([]),
  'a shape below all': placeholder([
    { name: 'dtype', kind: 'type', value: FLOAT },
    { name: 'shape', kind: 'shape', value: [-2] },
  ]),
  'a shape too large': placeholder([
    { name: 'dtype', kind: 'type', value: FLOAT },
    { name: 'shape', kind: 'shape', value: [2 ** 62, 2 ** 62] },
  ]),
  'a getter that throws': {
    get type() {
      throw new Error('thrown by the getter');
    },
  },
};
const runs: Record<string, Record<string, unknown>> = {
  'a fetch beyond': { fetches: [[99, 0]] },
  'a fetch of an output beyond': { fetches: [[0, 1]] },
  'a fetch of text': { fetches: [[TEXT, 0]] },
  'a fetch of a resource': { fetches: [[HANDLE, 0]] },
  'a target beyond': { targets: [[99, 0]] },
  'a feed of nothing': { feeds: [null] },
  'a feed beyond': { feeds: [{ ...scalar, output: [99, 0] }] },
  'a feed of another type': {
    feeds: [{ ...scalar, output: [HANDLE, 0] }],
    fetches: [[0, 0]],
    targets: [[HANDLE, 0]],
  },
  'feeds twice': {
    feeds: [
      { ...scalar, output: [0, 0] },
      { ...scalar, output: [0, 0] },
    ],
    fetches: [[0, 0]],
  },
  'no fetches': { fetches: null, feeds: null, targets: null },
};

const closed = native['createGraph']!();
native['close']!(closed);
const closesItself = native['createGraph']!();
const calls: Record<string, () => unknown> = {
  'no arguments to run': () => native['run']!(),
  'no run': () => native['run']!(graph),
  'no operation': () => native['addOperation']!(graph),
  'an unknown definition': () => native['opDef']!(graph, 'NoSuchOp'),
  'no definition': () => native['opDef']!(graph),
  'opening twice': () => native['open']!(graph, config),
  'a configuration that is none': () =>
    native['open']!(native['createGraph']!(), bytes(7).fill(255)),
  'running without a session': () =>
    native['run']!(native['createGraph']!(), { feeds: [], fetches: [], targets: [] }),
  'closing twice': () => native['close']!(closed),
  'adding when closed': () => native['addOperation']!(closed, constant(scalar)),
  'running when closed': () => native['run']!(closed, {}),
  'closing while adding': () =>
    native['addOperation']!(closesItself, {
      get type() {
        native['close']!(closesItself);
        return 'NoOp';
      },
    }),
};
for (const name of Object.keys(native)) {
  if (name === 'createGraph') continue;
  nothing.forEach((value, index) => {
    calls[`${name} of value ${index}`] = () => native[name]!(value, value);
  });
}
for (const [name, value] of Object.entries(tensors)) {
  calls[`a constant of ${name}`] = () => add(constant(value));
  calls[`a feed of ${name}`] = () =>
    run({ feeds: [{ ...value, output: [0, 0] }], fetches: [[0, 0]] });
}
for (const [name, value] of Object.entries(operations)) calls[name] = () => add(value);
for (const [name, value] of Object.entries(runs)) calls[name] = () => run(value);

for (const [name, call] of Object.entries(calls)) {
  let came = 'nothing';
  try {
    await call();
  } catch (error) {
    came = error instanceof Error ? error.message : String(error);
  }
  print({ name, came });
}

// Whatever was refused, the graph is as good as before, its operations count on.
add({ ...operation({ type: 'Sqrt', name: 'root' }) });
const root = { fetches: [[HANDLE + 1, 0]] };
const running = run(root);
const busy: string[] = [];
for (const call of [() => run(root), () => native['close']!(graph)]) {
  try {
    await call();
  } catch (error) {
    busy.push((error as Error).message);
  }
}
const { values } = (await running) as { values: { bytes: Uint8Array }[] };
native['close']!(graph);
print({ root: [...new Float32Array(values[0]!.bytes.buffer)], busy });
