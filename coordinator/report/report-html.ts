import { openPainter } from './figures/painter.ts';
import { classesSection } from './page/classes-section.ts';
import { confusionSection } from './page/confusion-section.ts';
import { curvesSection } from './page/curves-section.ts';
import { dataSection } from './page/data-section.ts';
import { foldsSection } from './page/folds-section.ts';
import { headline, titleOf } from './page/headline.ts';
import { html, trusted } from './page/html.ts';
import { settingsSection } from './page/settings-section.ts';
import { STYLE } from './page/style.ts';
import { transferSection } from './page/transfer-section.ts';
import type { Report } from './report-schema.ts';

/** Forbids scripts and everything from elsewhere, whatever the report's texts say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * Makes `report.html`: one file without scripts that needs nothing else. Equal reports give equal
 * bytes.
 */
export async function renderReportHtml(report: Report): Promise<string> {
  const paint = await openPainter();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${titleOf(report)}</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        ${headline(report)}
        <main>
          ${curvesSection(report, paint)} ${foldsSection(report, paint)}
          ${confusionSection(report, paint)} ${classesSection(report)}
          ${transferSection(report, paint)} ${dataSection(report)} ${settingsSection(report)}
        </main>
        <footer>
          Written by Foldwise ${report.run.versions.foldwise} from report.json, which holds every
          number of this page.${report.data.synthetic ? ' Synthetic data.' : ''}
        </footer>
      </body>
    </html> `.markup;
}
