/**
 * A `model.json` as tensorflowjs_converter writes it from a functional model of Keras 2: a small
 * residual network whose nested model is used once. Its weights lie in files that are not there.
 */
export function kerasModel(image: readonly number[], classCount: number): object {
  const layer = (name: string, kind: string, config: object, ...from: string[]) => ({
    class_name: kind,
    name,
    config: { name, trainable: true, dtype: 'float32', ...config },
    inbound_nodes: from.length === 0 ? [] : [from.map((one) => [one, use(one), 0, {}])],
  });
  // A model counts as used once by being made.
  const use = (name: string): number => (name === 'head' ? 1 : 0);
  const conv = {
    ...{ filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same', groups: 1 },
    ...{ data_format: 'channels_last', dilation_rate: [1, 1], activation: 'linear' },
    use_bias: false,
    kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
    bias_initializer: { class_name: 'Zeros', config: {} },
    ...{ kernel_regularizer: { class_name: 'L2', config: { l2: 0.001 } }, bias_regularizer: null },
    ...{ activity_regularizer: null, kernel_constraint: null, bias_constraint: null },
  };
  const norm = { axis: [3], momentum: 0.99, epsilon: 0.001, center: true, scale: true };
  const input = { batch_input_shape: [null, ...image], dtype: 'float32', sparse: false };
  const dense = (name: string, units: number, activation: string) => ({
    class_name: 'Dense',
    config: { name, trainable: true, units, activation, use_bias: true },
  });
  const head = {
    class_name: 'Sequential',
    name: 'head',
    config: {
      name: 'head',
      layers: [
        {
          class_name: 'InputLayer',
          config: { batch_input_shape: [null, 4], dtype: 'float32', name: 'head_input' },
        },
        dense('hidden', 8, 'relu'),
        dense('classes', classCount, 'softmax'),
      ],
    },
    inbound_nodes: [[['pooled', 0, 0, {}]]],
  };
  return {
    format: 'layers-model',
    generatedBy: 'keras v2.11.0',
    convertedBy: 'TensorFlow.js Converter v4.22.0',
    modelTopology: {
      keras_version: '2.11.0',
      backend: 'tensorflow',
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'small_resnet',
          trainable: true,
          layers: [
            layer('image', 'InputLayer', { ...input, ragged: false }),
            layer('conv_1', 'Conv2D', conv, 'image'),
            layer('norm_1', 'BatchNormalization', norm, 'conv_1'),
            layer('relu_1', 'Activation', { activation: 'relu' }, 'norm_1'),
            layer('conv_2', 'Conv2D', conv, 'relu_1'),
            layer('sum', 'Add', {}, 'conv_2', 'relu_1'),
            layer('relu_2', 'ReLU', { max_value: null, negative_slope: 0, threshold: 0 }, 'sum'),
            layer('pool', 'MaxPooling2D', { pool_size: [2, 2], strides: [2, 2] }, 'relu_2'),
            layer('pooled', 'GlobalAveragePooling2D', { keepdims: false }, 'pool'),
            head,
          ],
          input_layers: [['image', 0, 0]],
          output_layers: [['head', 1, 0]],
        },
      },
      training_config: { loss: 'categorical_crossentropy', optimizer_config: {} },
    },
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: [] }],
  };
}
