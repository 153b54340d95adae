import { grouped, plain, shortened } from '../../coordinator/report/format.ts';
import type { ReportCoverage } from '../../coordinator/report/transfer-schema.ts';

/** Article types and reasons to name; the others are counted. */
const MOST_NAMED = 3;
const NAME_WIDTH = 12;
const WIDTH = 80;

/** What became of each row of `styles.csv`, under 80 columns wide: whole lines. */
export function coverageLines(coverage: ReportCoverage): string {
  const { rows, mapped, unmapped, missing, unreadable } = coverage;
  const lines = [
    ['Rows', rows, ''],
    ['mapped', mapped.count, named(mapped.byArticleType)],
    ['unmapped', unmapped.count, named(unmapped.byArticleType)],
    ['missing', missing.count, named(missing.byArticleType)],
    ['unreadable', unreadable.count, named(unreadable.byReason)],
  ] as const;
  const width = grouped(rows).length;
  return lines
    .map(
      ([name, count, what]) =>
        `${name.padEnd(NAME_WIDTH)}${grouped(count).padStart(width)}  ${what}`,
    )
    .map((line) => `${shortened(line.trimEnd(), WIDTH)}\n`)
    .join('');
}

function named(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  const shown = entries
    .slice(0, MOST_NAMED)
    .map(([name, count]) => `${plain(name)} ${grouped(count)}`);
  return [...shown, ...(entries.length > MOST_NAMED ? ['…'] : [])].join(', ');
}
