import { grouped } from '../format.ts';
import type { Report, ReportEnvironment } from '../report-schema.ts';
import { html, type Html } from './html.ts';
import { pairs, table, type Column } from './table.ts';

/** The effective settings, what the attempts ran on, and the digests of the models. */
export function settingsSection(report: Report): Html {
  const { versions } = report.run;
  return html`<section id="settings">
    <h2>Settings and environment</h2>
    <div class="pair">
      ${settingsTable(report)}
      <div>
        ${environmentTable(report)}
        <p class="muted">
          Results agree to the bit only where all but the host agrees. Coordinated by Foldwise
          ${versions.foldwise} on Node ${versions.node}, protocol ${versions.protocol}.
        </p>
        <details>
          <summary>Digests of the trained weights</summary>
          ${digestTable(report)}
        </details>
      </div>
    </div>
  </section>`;
}

function settingsTable({ run, network }: Report): Html {
  const settings = Object.entries(run.config).filter(([, value]) => value !== undefined);
  const rows = settings.map(([name, value]): [Html, Html] => [
    html`<code>${name}</code>`,
    html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`,
  ]);
  const trained: [Html, Html][] = network ? [[html`Network`, networkText(network)]] : [];
  return pairs('Effective settings', [...trained, ...rows]);
}

function networkText({ file, digest, parameters }: NonNullable<Report['network']>): Html {
  const size = `${grouped(parameters)} parameters`;
  if (file === undefined) return html`the paper's, ${size}`;
  return html`${file}, ${size}<br />SHA-256 <code>${digest ?? ''}</code>`;
}

type Property = readonly [name: string, of: (environment: ReportEnvironment) => string | number];

const PROPERTIES: readonly Property[] = [
  ['Host', ({ host }) => host],
  ['Device', ({ device }) => device],
  ['Processor', ({ processor }) => processor],
  ['Features', ({ processorFeatures }) => processorFeatures.join(' ')],
  ['Threads', ({ threads }) => threads],
  ['Step', ({ step, xla = false }) => (xla ? `${step}, XLA` : step)],
  ['TensorFlow', ({ tensorflow }) => tensorflow],
  ['Engine', ({ engine }) => engine],
  ['Node', ({ node }) => node],
  ['Foldwise', ({ foldwise }) => foldwise],
];

function environmentTable(report: Report): Html {
  const columns = groupedEnvironments(report).map(({ environment, users }): Column<Property> => ({
    ...{ head: users, kind: 'text' },
    cell: ([, of]) => of(environment),
  }));
  return table({
    caption: 'What each part ran on',
    columns: [{ head: 'Ran', cell: ([name]) => name }, ...columns],
    rows: PROPERTIES,
  });
}

function groupedEnvironments({ folds, test, transfer }: Report) {
  const byContent = new Map<string, { environment: ReportEnvironment; users: string }>();
  const all = [
    ...folds.map(({ fold, environment }) => ({ user: `fold ${fold}`, environment })),
    { user: 'test', environment: test.environment },
    ...(transfer
      ? (['paper', 'fit'] as const).map((preparation) => ({
          user: `transfer (${preparation})`,
          environment: transfer[preparation].environment,
        }))
      : []),
  ];
  for (const { user, environment } of all) {
    const key = JSON.stringify(environment);
    const known = byContent.get(key);
    byContent.set(key, { environment, users: known ? `${known.users}, ${user}` : user });
  }
  return [...byContent.values()];
}

function digestTable({ folds }: Report): Html {
  return table({
    caption: 'SHA-256 of weights.bin',
    columns: [
      { head: 'Fold', cell: ({ fold }) => fold },
      {
        ...{ head: 'Digest', kind: 'text' },
        cell: ({ model }) => html`<code>${model.weightsDigest}</code>`,
      },
      { head: 'Bytes', kind: 'number', cell: ({ model }) => grouped(model.weightsBytes) },
    ],
    rows: folds,
  });
}
