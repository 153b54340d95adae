import { counted, grouped, percent } from '../format.ts';
import type { ReportCoverage } from '../transfer-schema.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

/** Longer lists are folded away. */
const SHOWN_ENTRIES = 5;

/**
 * What became of the rows of `styles.csv`: how many came to what, then each by article type.
 *
 * @param mapped - what became of the mapped ones
 */
export function coverageOf(coverage: ReportCoverage, mapped: string): Html {
  const { unmapped, missing, unreadable } = coverage;
  return html`${overview(coverage, mapped)}
    <div class="columns">
      ${breakdown('Mapped', 'article type', coverage.mapped.byArticleType)}
      ${breakdown('Unmapped', 'article type', unmapped.byArticleType)}
      ${breakdown('Missing', 'article type', missing.byArticleType)}
      ${breakdown('Unreadable', 'article type', unreadable.byArticleType)}
      ${breakdown('Unreadable', 'reason', unreadable.byReason)} ${examples(unreadable.examples)}
    </div>`;
}

function overview({ rows, ...tallies }: ReportCoverage, mapped: string): Html {
  const { unmapped, missing, unreadable } = tallies;
  const outcomes = [
    { name: 'Mapped', count: tallies.mapped.count, meaning: mapped },
    {
      ...{ name: 'Unmapped', count: unmapped.count },
      meaning: `the article type has no class; ${grouped(unmapped.withoutImage)} of them have no image either`,
    },
    { name: 'Missing', count: missing.count, meaning: 'the image is not there' },
    { name: 'Unreadable', count: unreadable.count, meaning: 'the image cannot be decoded' },
  ];
  const share = ({ count }: { readonly count: number }): number => rows && count / rows;
  return table({
    caption: `What became of the ${counted(rows, 'row')} of styles.csv; each counts once, as the first that applies`,
    columns: [
      { head: 'Outcome', cell: ({ name }) => name },
      { head: 'Rows', kind: 'number', cell: ({ count }) => grouped(count) },
      {
        ...{ head: 'Share', kind: 'number', bar: share },
        cell: (outcome) => percent(share(outcome), 1),
      },
      { head: 'Meaning', kind: 'text', cell: ({ meaning }) => meaning },
    ],
    rows: outcomes,
  });
}

function breakdown(
  outcome: string,
  by: 'article type' | 'reason',
  counts: Readonly<Record<string, number>>,
): Html | undefined {
  const rows = Object.entries(counts);
  if (rows.length === 0) return undefined;
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const title = `${outcome}: ${counted(total, 'row')} of ${counted(rows.length, by)}`;
  return folded(
    title,
    rows.length,
    table({
      caption: `${outcome} by ${by}`,
      columns: [
        { head: by === 'reason' ? 'Reason' : 'Article type', kind: 'text', cell: ([name]) => name },
        { head: 'Rows', kind: 'number', cell: ([, count]) => grouped(count) },
      ],
      rows,
    }),
  );
}

function examples(files: ReportCoverage['unreadable']['examples']): Html | undefined {
  if (files.length === 0) return undefined;
  return folded(
    `Unreadable: the first ${counted(files.length, 'file')}`,
    files.length,
    table({
      caption: 'Files that cannot be decoded',
      columns: [
        { head: 'File', kind: 'text', cell: ({ file }) => html`<code>${file}</code>` },
        { head: 'Reason', kind: 'text', cell: ({ reason }) => reason },
      ],
      rows: files,
    }),
  );
}

/** Folded away where it is long. */
export function folded(title: HtmlValue, length: number, content: Html): Html {
  const open = length <= SHOWN_ENTRIES ? html` open` : undefined;
  return html`<details${open}>
    <summary>${title}</summary>
    ${content}
  </details>`;
}
