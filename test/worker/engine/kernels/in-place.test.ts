import test from 'ava';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { CompiledFunction } from '../../../../worker/engine/compile/compile.ts';
import { createProgram } from '../../../../worker/engine/compile/index.ts';
import { normPool } from '../../../../worker/engine/norm-pool.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { differences, drawCase } from './norm-pools.ts';
import { pooledShape, reference } from './reference.ts';

const numbers = (values: ArrayLike<number>): number[] => Array.from(values);

/** In a graph, the gradient takes the place of the images where nobody needs them any more. */
for (const window of [[2, 2] as const, [3, 2] as const]) {
  for (const isNeeded of [false, true]) {
    const whether = isNeeded ? 'are needed' : 'are not needed';
    test(`images that ${whether} after windows of ${window.join('×')}: gradients`, async (t) => {
      const of = drawCase({ shape: [3, 7, 6, 19], window }, 11);
      const [gamma, beta] = [tf.tensor1d(of.gamma), tf.tensor1d(of.beta)];
      const dy = tf.tensor4d(of.dy, [...pooledShape(of)]);
      const step = ({ x, one }: { readonly x: Tensor; readonly one: Tensor }) => {
        const images = x.mul(one);
        const { value, grads } = tf.valueAndGrads((...given: Tensor[]) =>
          normPool(tf, {
            ...of,
            ...{ x: given[0] as Tensor4D, gamma: given[1] as Tensor1D, beta: given[2] as Tensor1D },
            onStatistics: () => undefined,
          }),
        )([images, gamma, beta], dy);
        const [dx, dgamma, dbeta] = grads as [Tensor, Tensor, Tensor];
        // Later than the gradient, and from the same memory.
        const after = images.add(tf.sum(dx).mul(0));
        return { y: value, dx, dgamma, dbeta, after: isNeeded ? after : dbeta };
      };
      const program = createProgram(tf);
      const compiled = new CompiledFunction(program, step, {
        inputs: {
          x: { shape: of.shape, dtype: 'float32' },
          one: { shape: [], dtype: 'float32' },
        },
      });
      for (let time = 0; time < 3; time++) {
        const { after, ...outputs } = await compiled.run({ x: of.x, one: 1 });
        const part = (name: keyof typeof outputs) => numbers(outputs[name].values);
        const wanted = reference(of);
        const outcome = {
          ...{ ...wanted, y: part('y'), dx: part('dx') },
          ...{ dgamma: part('dgamma'), dbeta: part('dbeta') },
        };
        t.deepEqual(differences(outcome, wanted), []);
        if (isNeeded) t.deepEqual(numbers(after.values), numbers(of.x));
      }
      await program.close();
      tf.dispose([gamma, beta, dy]);
    });
  }
}
