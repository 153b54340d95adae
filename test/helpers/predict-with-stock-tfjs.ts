/**
 * Opens the model in the folder given as argument with nothing but plain tfjs, on its JavaScript
 * backend, and predicts for the images whose pixels come as a JSON list on stdin: 10×10, or of the
 * side given as second argument.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../../worker/engine/load.ts';

type ModelJson = Parameters<TensorFlow['io']['getModelArtifactsForJSON']>[0];

const { resolve } = createRequire(import.meta.url);
const loadBeside = createRequire(resolve('@tensorflow/tfjs-node-gpu/package.json'));
const tf = loadBeside('@tensorflow/tfjs') as TensorFlow;

const folder = process.argv[2] ?? '';
const json = JSON.parse(readFileSync(path.join(folder, 'model.json'), 'utf8')) as ModelJson;
const read = (file: string) => Uint8Array.from(readFileSync(path.join(folder, file))).buffer;
/** Reads what the manifest names, as a browser would fetch it. */
const load = () =>
  tf.io.getModelArtifactsForJSON(json, (manifest) =>
    Promise.resolve([
      manifest.flatMap(({ weights }) => weights),
      manifest.flatMap(({ paths }) => paths.map(read)),
    ]),
  );

const model = await tf.loadLayersModel({ load });
const pixels = JSON.parse(readFileSync(0, 'utf8')) as number[];
const side = Number(process.argv[3] ?? 10);
const shape: [number, number, number, number] = [pixels.length / side ** 2, side, side, 1];
const output = model.predict(tf.tensor4d(pixels, shape)) as Tensor;
process.stdout.write(JSON.stringify({ shape: output.shape, values: [...output.dataSync()] }));
