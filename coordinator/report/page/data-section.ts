import { counted, fraction, grouped } from '../format.ts';
import type { Report } from '../report-schema.ts';
import { coverageOf } from './coverage.ts';
import { html, type Html } from './html.ts';
import { pairs } from './table.ts';

/** What the data are, and the identical images found in them. */
export function dataSection({ data, duplicates }: Report): Html {
  return html`<section id="data">
    <h2>Data</h2>
    <div class="pair">${datasetTable(data)} ${duplicateTable(duplicates)}</div>
    ${
      data.coverage &&
      html`<h3>Coverage of the folder of images</h3>
        ${coverageOf(data.coverage, 'the article type has a class and the image was read')}`
    }
  </section>`;
}

function datasetTable(data: Report['data']): Html {
  const { image, limit, holdOut } = data;
  return pairs('The dataset', [
    ['Name', data.name],
    ['Kind', data.synthetic ? html`<b>synthetic</b>, drawn by a program` : 'read from files'],
    ['Training images', grouped(data.trainSize)],
    ['Test images', grouped(data.testSize)],
    [
      'Test part',
      holdOut
        ? `${fraction(holdOut.fraction)} of the images, held out before the folds, stratified, seed ${holdOut.seed}`
        : 'as the dataset brings it',
    ],
    ['Limit', limit === undefined ? 'none: all images' : `${grouped(limit)} images of each part`],
    ['Image', `${image.height} × ${image.width} pixels, ${counted(image.channels, 'channel')}`],
    ['Classes', data.classes.join(', ')],
    ['SHA-256', html`<code>${data.digest}</code>`],
  ]);
}

function duplicateTable({ train, validationInTraining, test }: Report['duplicates']): Html {
  const inTraining = validationInTraining.flatMap((count, fold) =>
    count === 0 ? [] : [`${grouped(count)} in fold ${fold}`],
  );
  return pairs('Images that are identical byte for byte', [
    [
      'Within the training set',
      orNone(
        train.groups,
        `${counted(train.images, 'image')} in ${counted(train.groups, 'group')}`,
      ),
    ],
    ['Such groups with different labels', orNone(train.conflictingGroups)],
    ['Validation images also in the training part', inTraining.join(', ') || 'none'],
    ['Test images also in the training set', orNone(test.inTrain)],
    ['Those of them with another label', orNone(test.conflicting)],
  ]);
}

const orNone = (count: number, text = grouped(count)): string => (count === 0 ? 'none' : text);
