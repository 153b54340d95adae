import { imageLibrary, type ImageLibrary } from '../../shared/data/products/image-library.ts';
import type { ImageShape } from '../../shared/domain.ts';
import { chooseSamples } from './choose-samples.ts';
import type { RunResults } from './run-results.ts';
import type { ReportSample } from './transfer-schema.ts';

/**
 * Chooses pictures of the transfer evaluation and encodes them as the model saw them.
 *
 * @throws FoldwiseError where the image library does not load
 */
export async function encodeSamples({ plan, transfer }: RunResults): Promise<ReportSample[]> {
  const { image, classes } = plan.dataset;
  if (!transfer || image.channels > 4) return [];
  const { set } = transfer;
  const chosen = chooseSamples(set, transfer.fit);
  if (chosen.length === 0) return [];
  const library = await imageLibrary();
  const imageBytes = image.height * image.width * image.channels;
  const drawn = async (preparation: 'paper' | 'fit', index: number) => {
    const offset = index * imageBytes;
    const pixels = set[preparation].pixels.subarray(offset, offset + imageBytes);
    const predicted = classes[transfer[preparation].predicted[index] ?? -1] ?? '';
    return { predicted, png: await encodePng(library, pixels, image) };
  };
  return Promise.all(
    chosen.map(async (index) => ({
      id: set.sources[index]?.id ?? '',
      articleType: set.sources[index]?.articleType ?? '',
      class: classes[set.fit.labels[index] ?? -1] ?? '',
      paper: await drawn('paper', index),
      fit: await drawn('fit', index),
    })),
  );
}

/** PNG in Base64 of pixels [height, width, channels]. */
async function encodePng(
  library: ImageLibrary,
  pixels: Uint8Array,
  image: ImageShape,
): Promise<string> {
  const { width, height } = image;
  const channels = image.channels as 1 | 2 | 3 | 4;
  const picture = library(pixels, { raw: { width, height, channels } });
  // Otherwise a grey picture is written with three channels.
  const png = channels === 1 ? picture.toColourspace('b-w') : picture;
  return (await png.png({ compressionLevel: 9 }).toBuffer()).toString('base64');
}
