import {
  counted,
  duration,
  grouped,
  incompleteNotice,
  percent,
  percentRange,
  plain,
  points,
  shortened,
  SYNTHETIC_NOTICE,
  SYNTHETIC_TRANSFER,
} from './format.ts';
import type { Report } from './report-schema.ts';
import type { ReportTransfer } from './transfer-schema.ts';

/** Dresses text for the terminal, or leaves it as it is. */
export type Paint = (style: 'bold' | 'dim' | 'yellow', text: string) => string;

const WIDTH = 80;
const GAP = '  ';
const NAME_WIDTH = 10;
const VALUE_WIDTH = 14;

type Line = readonly [name: string, value: string, notes: string];

/** What the folds come to, a line or two each, under 80 columns wide. */
export function conclusions(report: Report, paint: Paint): string {
  const { run, data, folds, summary, test, transfer, warnings } = report;
  const { meanValidationAccuracy: mean, stdValidationAccuracy: deviation, bestFold } = summary;
  const best = folds.find(({ fold }) => fold === bestFold)?.validation.accuracy ?? 0;
  const wallSeconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const lines: Line[] = [
    [
      'Validation',
      `${percent(mean)} ± ${points(deviation)}`,
      `mean ± std; corrected 95% interval ${percentRange(summary.interval)}`,
    ],
    [
      'Selected *',
      `fold ${bestFold}`,
      `${percent(best)}, the highest of ${folds.length} and so optimistic`,
    ],
    [
      'Test',
      percent(test.accuracy),
      `95% interval ${percentRange(test.interval)}, ${counted(data.testSize, 'image')}${data.holdOut ? ' held out' : ''}`,
    ],
    ...(transfer ? transferLines(transfer) : []),
    ['Time', duration(wallSeconds), ''],
  ];
  if (warnings.length > 0) lines.push(['Warnings', String(warnings.length), 'see report.html']);
  const { incomplete } = report;
  const notices = [
    incomplete && incompleteNotice(incomplete.missing, folds.length),
    syntheticNotice(report),
  ].filter((notice) => notice !== undefined);
  return [
    ...lines.map((line) => rendered(line, paint)),
    ...notices.flatMap((notice) => ['', paint('yellow', notice)]),
  ].join('\n');
}

function syntheticNotice({ data, transfer }: Report): string | undefined {
  if (data.synthetic) return SYNTHETIC_NOTICE;
  return transfer?.synthetic ? SYNTHETIC_TRANSFER : undefined;
}

function transferLines(transfer: ReportTransfer): Line[] {
  const { fit, paper, baseline, unmapped, missing, unreadable } = transfer;
  const scored = fit.perClass.reduce((sum, { support }) => sum + support, 0);
  const left = [
    `${grouped(unmapped.count)} unmapped`,
    `${grouped(missing.count)} missing`,
    `${grouped(unreadable.count)} unreadable`,
  ].join(', ');
  const room = Math.max(8, WIDTH - NAME_WIDTH - GAP.length - ': '.length - left.length);
  return [
    [
      'Transfer',
      `fit ${percent(fit.accuracy)}`,
      `95% interval ${percentRange(fit.interval)}, ${counted(scored, 'picture')}`,
    ],
    [
      '',
      `paper ${percent(paper.accuracy)}`,
      `95% interval ${percentRange(paper.interval)}; always one class ${percent(baseline.accuracy)}`,
    ],
    ['', '', `${shortened(plain(transfer.name), room)}: ${left}`],
  ];
}

function rendered([name, value, notes]: Line, paint: Paint): string {
  if (value === '') return `${name.padEnd(NAME_WIDTH)}${GAP}${notes}`;
  const rest = notes && ' '.repeat(Math.max(0, VALUE_WIDTH - value.length)) + GAP + notes;
  return `${name.padEnd(NAME_WIDTH)}${GAP}${paint('bold', value)}${rest}`;
}
