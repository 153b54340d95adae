import { counted, grouped } from '../format.ts';
import type { Report } from '../report-schema.ts';
import { html, type Html } from './html.ts';
import { pairs } from './table.ts';

/** What the data are, and the identical images found in them. */
export function dataSection({ data, duplicates, folds }: Report): Html {
  const { image, limit } = data;
  const twins = duplicates.validationInTraining;
  return html`<section id="data">
    <h2>Data</h2>
    <div class="pair">
      ${pairs('The dataset', [
        ['Name', data.name],
        ['Kind', data.synthetic ? html`<b>synthetic</b>, drawn by a program` : 'read from files'],
        ['Training images', grouped(data.trainSize)],
        ['Test images', grouped(data.testSize)],
        [
          'Limit',
          limit === undefined ? 'none: all images' : `${grouped(limit)} images of each part`,
        ],
        ['Image', `${image.height} × ${image.width} pixels, ${counted(image.channels, 'channel')}`],
        ['Classes', data.classes.join(', ')],
        ['SHA-256', html`<code>${data.digest}</code>`],
      ])}
      ${pairs('Images that are identical byte for byte', [
        [
          'Within the training set',
          `${counted(duplicates.train.images, 'image')} in ${counted(duplicates.train.groups, 'group')}`,
        ],
        ['Groups with different labels', grouped(duplicates.train.conflictingGroups)],
        [
          'Validation images also in the training part',
          folds.map(({ fold }) => `fold ${fold}: ${twins[fold] ?? 0}`).join(', '),
        ],
        [
          'Test images also in the training set',
          `${grouped(duplicates.test.inTrain)}, ${grouped(duplicates.test.conflicting)} with another label`,
        ],
      ])}
    </div>
  </section>`;
}
