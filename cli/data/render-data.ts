import {
  counted,
  grouped,
  plain,
  shortened,
  SYNTHETIC_NOTICE,
} from '../../coordinator/report/format.ts';
import type { Coverage, Tally } from '../../shared/transfer.ts';
import type { Paint } from '../terminal.ts';
import type { DataDescription } from './describe-data.ts';

const WIDTH = 80;
const LONGEST_NAME = 40;
const TOP_TYPES = 5;
const TOP_FILES = 5;

const KINDS: Readonly<Record<DataDescription['kind'], string>> = {
  embedded: 'built in',
  idx: 'IDX files',
  csv: 'CSV files',
  images: 'folder of pictures',
};

/** The description for people, at most 80 columns wide but for names of folders. */
export function renderData(found: DataDescription, paint: Paint): string {
  const { name, kind, folder, synthetic, coverage } = found;
  const lines = [
    ...(synthetic ? [paint('yellow', SYNTHETIC_NOTICE)] : []),
    `${paint('bold', plain(name))}  ${KINDS[kind]}${folder === null ? '' : ` in ${plain(folder)}`}`,
    ...field('images', describeImages(found)),
    ...field('digest', describeDigest(found)),
    ...field('identical', describeDuplicates(found)),
    '',
    ...classTable(found, paint),
    ...(coverage === null ? [] : ['', ...describeCoverage(coverage, paint)]),
  ];
  return `${lines.join('\n')}\n`;
}

function describeImages({ image, train, test }: DataDescription): string {
  const { height, width, channels } = image;
  const colour = channels === 1 ? 'grey' : `${channels} channels`;
  const training = `${grouped(train.count)} for training`;
  const parts = test
    ? `${training}, ${grouped(test.count)} for the test`
    : `${training}, no test part: a run holds some of them out (--test-fraction, 1/7)`;
  return `${height}×${width} pixels, ${colour}: ${parts}`;
}

function describeDigest({ digest, sameImagesAs, name, train }: DataDescription): string {
  if (digest === null)
    return `${train.digest} (training part; that of a run depends on its test part)`;
  const isOther = sameImagesAs !== null && sameImagesAs !== name;
  return isOther ? `${digest}; the images of ${sameImagesAs}, in another order` : digest;
}

function describeDuplicates({ duplicates: { train, test } }: DataDescription): string {
  const found: string[] = [];
  if (train.groups > 0) {
    const conflicts =
      train.conflictingGroups > 0
        ? `, ${grouped(train.conflictingGroups)} with different labels`
        : '';
    found.push(
      `${grouped(train.images)} training images in ${counted(train.groups, 'set')}${conflicts}`,
    );
  }
  if (test !== null && test.inTrain > 0) {
    const conflicts =
      test.conflicting > 0 ? `, ${grouped(test.conflicting)} under another label` : '';
    found.push(`${counted(test.inTrain, 'test image')} also in the training part${conflicts}`);
  }
  return found.length === 0 ? 'no image twice' : found.join('; ');
}

function classTable({ classes, test }: DataDescription, paint: Paint): string[] {
  const rows = classes.map((each) => [
    shortened(plain(each.name), LONGEST_NAME),
    grouped(each.train),
    ...(each.test === null ? [] : [grouped(each.test)]),
  ]);
  const head = ['class', 'training', ...(test === null ? [] : ['test'])];
  const [first = '', ...rest] = aligned([head, ...rows]);
  return [paint('dim', first), ...rest];
}

/** What became of the rows of `styles.csv`. */
function describeCoverage(coverage: Coverage, paint: Paint): string[] {
  const { rows, mapped, unmapped, missing, unreadable } = coverage;
  const without =
    unmapped.withoutImage > 0 ? ` (${grouped(unmapped.withoutImage)} also without a picture)` : '';
  return [
    paint('dim', `of ${counted(rows, 'row')} of styles.csv`),
    ...tallied('mapped', '', mapped),
    ...tallied('unmapped', `of no class${without}`, unmapped),
    ...tallied('missing', 'without a picture', missing),
    ...tallied('unreadable', '', { ...unreadable, byArticleType: unreadable.byReason }),
    ...unreadable.examples
      .slice(0, TOP_FILES)
      .map(({ file, reason }) => `  ${plain(file)}: ${plain(reason)}`),
  ];
}

function tallied(title: string, meaning: string, { count, byArticleType }: Tally): string[] {
  if (count === 0) return field(title, '0');
  const names = Object.entries(byArticleType);
  const shown = names.slice(0, TOP_TYPES).map(([name, each]) => `${plain(name)} ${grouped(each)}`);
  const more = names.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`${grouped(more)} more`] : [])].join(', ');
  const what = meaning === '' ? grouped(count) : `${grouped(count)} ${meaning}`;
  return field(title, `${what}: ${list}`);
}

const MARGIN = 12;

/** A name and what belongs to it, wrapped at blanks beside it. */
function field(name: string, text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > WIDTH - MARGIN) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map(
    (part, index) => `${(index === 0 ? name : '').padEnd(MARGIN)}${part.trimEnd()}`,
  );
}

/** Columns as wide as what is in them, the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number): number =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blanks = ' '.repeat(widthOf(column) - [...cell].length);
        return column === 0 ? `${cell}${blanks}` : `${blanks}${cell}`;
      })
      .join('  '),
  );
}
