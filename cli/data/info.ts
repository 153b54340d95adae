import { openData } from '../../shared/data/open.ts';
import { cacheFolder } from '../../shared/cache-folder.ts';
import { UsageError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { pictureProgress } from '../progress/picture-progress.ts';
import { SETTINGS } from '../settings.ts';
import { paintFor } from '../terminal.ts';
import { describeData } from './describe-data.ts';
import { renderData } from './render-data.ts';

/** As typed: text, or absent. */
export interface InfoFlags {
  readonly imageSize?: string;
  readonly labelMap?: string;
  readonly json?: boolean;
}

/**
 * Reads what `--data` would name and tells what is there.
 *
 * @throws UsageError where it cannot be read, or a setting has no effect on data of its kind
 */
export async function tellData(data: string, flags: InfoFlags, context: Context): Promise<void> {
  const { stdout, stderr, env, signal } = context;
  const opened = await openData({
    data,
    imageSize: imageSizeOf(flags.imageSize),
    labelMap: flags.labelMap,
    cacheDir: cacheFolder(env),
    onProgress: pictureProgress((line) => stderr.write(`${line}\n`)),
    signal,
  });
  if (flags.labelMap !== undefined && opened.kind !== 'images') {
    throw new UsageError('--label-map is for folders of pictures with styles.csv: leave it out');
  }
  const found = describeData(opened);
  stdout.write(
    flags.json === true
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : renderData(found, paintFor(stdout)),
  );
}

function imageSizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { schema, expected } = SETTINGS['image-size'];
  const parsed = schema.safeParse(/^\d+$/.test(text) ? Number(text) : text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--image-size: expected ${expected}, got ${JSON.stringify(text)}`);
}
