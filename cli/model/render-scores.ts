import { counted, plain, SYNTHETIC_NOTICE } from '../../coordinator/report/format.ts';
import type { Paint } from '../terminal.ts';
import { coverageLines } from './coverage-lines.ts';
import type { describeScores, ModelScores } from './describe-scores.ts';
import { scoreTable } from './score-table.ts';

/** What `foldwise evaluate` prints for people, under 80 columns wide. */
export function renderScores(
  { model, data }: ModelScores,
  { test, transfer }: ReturnType<typeof describeScores>,
  paint: Paint,
): string {
  const tables: string[] = [];
  if (test && data) {
    const size = counted(data.images.labels.length, 'image');
    tables.push(scoreTable(`${plain(data.name)}, ${data.title}, ${size}`, test, paint));
  }
  if (transfer) {
    const name = plain(transfer.name);
    tables.push(
      scoreTable(`${name}, prepared by "fit"`, transfer.fit, paint),
      scoreTable(`${name}, prepared by "paper"`, transfer.paper, paint),
      coverageLines(transfer),
    );
  }
  const isSynthetic = [model.metadata?.dataset, data, transfer].some((from) => from?.synthetic);
  if (isSynthetic) tables.push(`${paint('yellow', SYNTHETIC_NOTICE)}\n`);
  return tables.join('\n');
}
