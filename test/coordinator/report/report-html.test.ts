import fc from 'fast-check';
import test from 'ava';
import { encodeSamples } from '../../../coordinator/report/encode-samples.ts';
import { renderReportHtml } from '../../../coordinator/report/report-html.ts';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import type { Report } from '../../../coordinator/report/report-schema.ts';
import { sampleResults, type SampleOptions } from './sample-results.ts';
import { sampleCoverage, withTransfer } from './sample-transfer.ts';

/** The page of a run with a transfer evaluation and its pictures. */
async function transferPageOf(synthetic = false): Promise<string> {
  const results = withTransfer(sampleResults(), { synthetic });
  return renderReportHtml(buildReport(results, await encodeSamples(results)));
}

const pageOf = (options: Partial<SampleOptions> = {}): Promise<string> =>
  renderReportHtml(buildReport(sampleResults(options)));

/** The page of the sample, for tests that only look at it. */
const samplePage = pageOf();
const syntheticPage = pageOf({ synthetic: true, epochs: 1 });
const transferPage = transferPageOf();

const VOID = new Set(['meta', 'br', 'path', 'circle', 'rect', 'link', 'img']);

/** Elements that are closed out of turn or never; undefined where all is in order. */
function imbalance(page: string): string | undefined {
  const open: string[] = [];
  for (const [tag, slash, name = '', rest = ''] of page.matchAll(
    /<(\/?)([a-z][a-z0-9]*)\b([^<>]*)>/gi,
  )) {
    if (VOID.has(name) || rest.endsWith('/')) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return `${tag} closes nothing`;
  }
  return open.at(-1);
}

function hostileCoverage(text: string) {
  const tally = { count: 1, byArticleType: { [text]: 1 } };
  return {
    ...{ rows: 4, mapped: tally, unmapped: { ...tally, withoutImage: 0 }, missing: tally },
    unreadable: { ...tally, byReason: { [text]: 1 }, examples: [{ file: text, reason: text }] },
  };
}

/** A report in which everything that comes from outside is the given text. */
function reportOf(text: string): Report {
  const results = sampleResults({ k: 2, epochs: 2, classes: [text, `${text} 2`] });
  const report = buildReport(withTransfer(results));
  const coverage = { ...report.transfer!, ...hostileCoverage(text) };
  const picture = { predicted: text, png: text };
  const environment = { ...report.test.environment, host: text, processor: text, device: text };
  return {
    ...report,
    run: { ...report.run, id: text, config: { [text]: text, nested: { [text]: [text] } } },
    data: { ...report.data, name: text, coverage },
    transfer: {
      ...{ ...report.transfer!, ...coverage, name: text, caution: text },
      baseline: { class: text, accuracy: 0.5 },
      articleTypes: [{ articleType: text, class: text, images: 1, paperCorrect: 0, fitCorrect: 1 }],
      samples: [{ id: text, articleType: text, class: text, paper: picture, fit: picture }],
    },
    folds: report.folds.map((fold) => ({ ...fold, worker: text, environment })),
    test: { ...report.test, worker: text, environment },
    warnings: [text],
  };
}

for (const [name, made] of Object.entries({ plain: samplePage, transfer: transferPage })) {
  test(`the ${name} page needs nothing from elsewhere and runs nothing`, async (t) => {
    const page = await made;
    t.notRegex(page, /https?:|@import|url\(|<script|<link|<iframe|<object|\bon\w+=/i);
    t.notRegex(page, /\bsrc=(?!"data:image\/png;base64,[A-Za-z0-9+/]+=*")|srcset/);
    t.notRegex(page, /href="(?!#)/);
    const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    t.true(page.includes(`Content-Security-Policy" content="${policy}"`));
  });
}

for (const k of [2, 3, 10]) {
  test(`equal reports of ${k} folds give equal bytes`, async (t) => {
    const options = { k, epochs: 3, classes: ['cat', 'dog', 'bird'] };
    t.is(await pageOf(options), await pageOf(options));
  });
}

test('every element is closed, in order', async (t) => {
  t.is(imbalance(await samplePage), undefined);
  t.is(imbalance(await syntheticPage), undefined);
  t.is(imbalance(await transferPage), undefined);
});

test('every link leads to a part of the page', async (t) => {
  const page = await transferPage;
  const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id = '']) => id);
  t.true(links.length >= 5);
  for (const id of links) t.true(page.includes(`id="${id}"`), id);
});

test('every colour is defined for light and for dark', async (t) => {
  const page = await transferPage;
  const [light = '', dark = ''] = [...page.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body!);
  t.regex(page, /@media screen and \(prefers-color-scheme: dark\)/);
  const used = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map(([, name = '']) => name));
  used.delete('--share'); // set where it is used
  for (const name of used) {
    t.true(light.includes(`${name}:`), `${name} in light`);
    t.true(dark.includes(`${name}:`), `${name} in dark`);
  }
});

test('figures use no colour but those variables', async (t) => {
  const page = await transferPage;
  const drawings = [...page.matchAll(/<svg role="img"[^]*?<\/svg>/g)].join('');
  const colours = [...drawings.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour);
  t.deepEqual(
    colours.filter((colour) => colour !== 'none' && !colour?.startsWith('var(--')),
    [],
  );
});

test('figures have a text alternative and tables a caption and named headings', async (t) => {
  const page = await transferPage;
  for (const [svg] of page.matchAll(/<svg[^>]*>/g)) {
    t.regex(svg, /role="img" aria-label="[^"]{20,}"|aria-hidden="true"/);
  }
  for (const [table] of page.matchAll(/<table[^]*?<\/table>/g)) {
    t.regex(table, /^<table[^>]*>\s*<caption>\s*\S/);
    for (const [heading] of table.matchAll(/<th\b[^>]*>/g)) t.regex(heading, /scope="(col|row)"/);
  }
});

test('synthetic data are named in the title and at the head, real data are not', async (t) => {
  const synthetic = await syntheticPage;
  t.regex(synthetic, /<title>\s*SYNTHETIC DATA/);
  t.regex(synthetic, /SYNTHETIC DATA: drawn by a program; the numbers say nothing about real/);
  t.notRegex(await samplePage, /synthetic/i);
});

test('the headline answers how good, how sure and how long', async (t) => {
  const results = sampleResults();
  const report = buildReport(results);
  const page = await renderReportHtml({
    ...report,
    summary: {
      ...report.summary,
      ...{ meanValidationAccuracy: 0.91524, stdValidationAccuracy: 0.00132 },
      interval: { ...report.summary.interval, low: 0.9081, high: 0.92238 },
    },
    test: { ...report.test, accuracy: 0.9102, interval: { ...report.test.interval, low: 0.9044 } },
  });
  const head = page.slice(page.indexOf('<header'), page.indexOf('</header>'));
  for (const part of [
    '91.02%',
    '91.52%',
    '± 0.13',
    '90.81–92.24%',
    '2 min 14 s',
    '60,000 images',
  ]) {
    t.true(head.includes(part), part);
  }
});

test('scores, workers, digests and settings are all there', async (t) => {
  const report = buildReport(sampleResults());
  const page = await renderReportHtml({ ...report, warnings: ['mind the gap'] });
  const parts = [
    ...report.folds.map(({ validation }) => `${(validation.accuracy * 100).toFixed(2)}%`),
    ...report.folds.map(({ worker }) => worker),
    ...report.folds.map(({ model }) => model.weightsDigest),
    ...[report.data.digest, 'lr-schedule', 'cosine', 'avx512f', 'mind the gap'],
  ];
  for (const part of parts) t.true(page.includes(part), part);
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</style></title></svg><h1>',
  '<!-- ]]> & &amp; $& $1 {a|b} %s',
  '\u001b[31mred\u0000\u202e\r\n',
];

for (const text of HOSTILE) {
  test(`${JSON.stringify(text)} stays text wherever it comes from`, async (t) => {
    const page = await renderReportHtml(reportOf(text));
    t.is(imbalance(page), undefined);
    t.false(page.includes(text));
    t.notRegex(page, /<(script|img src=x|h1>.*<h1)/);
    t.notRegex(page, /[\u0000-\u0008\u000b-\u001f\u202e]/u);
  });
}

test('any text leaves the page whole', async (t) => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(text, async (drawn) => {
      t.is(imbalance(await renderReportHtml(reportOf(drawn))), undefined);
    }),
    { numRuns: 15 },
  );
});

test('many folds, epochs and classes still make a page of reasonable size', async (t) => {
  const classes = Array.from({ length: 256 }, (_, index) => `class ${index}`);
  const perClass = { train: 200, test: 40 };
  const page = await pageOf({ k: 50, epochs: 200, classes, perClass });
  t.is(imbalance(page), undefined);
  t.true(page.length < 4_000_000, `${page.length} characters`);
});

test('hundreds of folds are drawn together, not one by one', async (t) => {
  const page = await pageOf({ k: 300, epochs: 3, classes: ['cat', 'dog'] });
  t.is(imbalance(page), undefined);
  t.regex(page, /Of 300 folds, some are drawn above/);
  t.true((page.match(/<svg role="img"/g) ?? []).length < 20);
});

test('two folds of one epoch and two classes make a page too', async (t) => {
  const page = await pageOf({ k: 2, epochs: 1, classes: ['cat', 'dog'] });
  t.is(imbalance(page), undefined);
  t.notRegex(page, /NaN|Infinity|undefined|null/);
});

const sectionOf = (page: string, id: string): string => {
  const from = page.indexOf(`<section id="${id}"`);
  return page.slice(from, page.indexOf('<section id=', from + 1));
};

test('the head names the transfer accuracy both ways, where there was a transfer', async (t) => {
  const headOf = (page: string): string => page.slice(0, page.indexOf('</header>'));
  const { transfer } = buildReport(withTransfer(sampleResults()));
  const head = headOf(await transferPage);
  for (const { accuracy } of [transfer!.fit, transfer!.paper]) {
    t.true(head.includes(`${(accuracy * 100).toFixed(2)}%`));
  }
  t.regex(head, /pictures of fashion-products/);
  t.notRegex(await samplePage, /transfer/i);
});

test('the transfer is told with its gap to the test, baseline, coverage and caution', async (t) => {
  const report = buildReport(withTransfer(sampleResults()));
  const { fit, baseline, caution } = report.transfer!;
  const section = sectionOf(await transferPage, 'transfer');
  for (const part of [
    `−${((report.test.accuracy - fit.accuracy) * 100).toFixed(2)}`,
    `Always “${baseline.class}”`,
    ...['Watches', 'the file is empty', 'images/39403.jpg', 'Bag high', caution],
    'Confusion matrix of transfer, fit',
    'Confusion matrix of transfer, paper',
  ]) {
    t.true(section.includes(part), part);
  }
});

test('pictures say in words whether the answer was right, and what they show', async (t) => {
  const section = sectionOf(await transferPage, 'transfer');
  const pictures = [...section.matchAll(/<img[^>]*>/g)].map(([picture]) => picture);
  t.is(pictures.length, 80);
  for (const picture of pictures) t.regex(picture, / alt="[^"]+, made the (fit|paper) way"/);
  const report = buildReport(withTransfer(sampleResults()));
  const [fit, paper] = ['Bag', 'Coat'].map((predicted) => ({ predicted, png: '' }));
  const sample = { id: '1', articleType: 'Handbags', class: 'Bag', fit: fit!, paper: paper! };
  const transfer = { ...report.transfer!, samples: [sample] };
  const answered = sectionOf(await renderReportHtml({ ...report, transfer }), 'transfer');
  t.regex(answered, /fit <b>✓ right<\/b>/);
  t.regex(answered, /paper <b>✗ wrong:<\/b> Coat/);
});

test('synthetic pictures are named as such beside real data', async (t) => {
  const page = await transferPageOf(true);
  t.regex(sectionOf(page, 'transfer'), /<b>Synthetic pictures<\/b>: drawn by a program/);
  t.regex(
    page.slice(0, page.indexOf('</header>')),
    /265 synthetic pictures of synthetic-photographs/,
  );
  t.notRegex(await transferPage, /synthetic/i);
});

test('the key of the curves speaks of dots where there is one epoch, of lines where more', async (t) => {
  const [dots, lines] = [await syntheticPage, await samplePage].map((page) => {
    return sectionOf(page, 'curves').match(/<ul class="key">[^]*?<\/ul>/)![0];
  });
  t.true(dots!.includes('the large dot is their mean'));
  t.notRegex(dots!, /line|dash/);
  t.true(lines!.includes('the thick line is their mean'));
});

test('rows that came to the same are listed in the order of the table above them', async (t) => {
  const section = sectionOf(await transferPage, 'transfer');
  const lists = [...section.matchAll(/<summary>\s*(\w+): /g)].map(([, outcome]) => outcome);
  const inOrder = ['Mapped', 'Unmapped', 'Missing', ...Array<string>(3).fill('Unreadable')];
  t.deepEqual(lists.slice(0, 6), inOrder);
  // Multi-column layout would be read down first.
  t.regex(await transferPage, /\.columns \{ display: grid;/);
});

test('captions wrap within what is seen of a table that scrolls', async (t) => {
  const page = await transferPage;
  for (const [table] of page.matchAll(/<table[^]*?<\/table>/g)) {
    t.regex(table, /<caption>\s*<span>[^<]+<\/span>\s*<\/caption>/);
  }
  t.regex(page, /\.scroll \{ container-type: inline-size;/);
  t.regex(page, /caption span \{[^}]*position: sticky;[^}]*max-width: 100cqi;/);
});

test('a test part held out is named, and what became of a folder of images', async (t) => {
  const results = sampleResults();
  const dataset = { ...results.plan.dataset, holdOut: { fraction: 1 / 7, seed: 3 } };
  const coverage = sampleCoverage(['Heels', 'Shirts']);
  const plan = { ...results.plan, dataset };
  const page = await renderReportHtml(buildReport({ ...results, plan, coverage }));
  const section = sectionOf(page, 'data');
  t.true(section.includes('1/7 of the images, held out before the folds, stratified, seed 3'));
  t.true(section.includes('What became of the 26 rows of styles.csv'));
  t.true(page.slice(0, page.indexOf('</header>')).includes('10,000 images held out'));
});

test('the page tells what was trained, however its file is called', async (t) => {
  const results = sampleResults();
  t.regex(
    await renderReportHtml(buildReport(results)),
    /Network<[^]*?the paper's, [\d,]+ parameters/,
  );
  const network = { name: '<b>mlp</b>.json', digest: results.plan.dataset.digest };
  const page = await renderReportHtml(buildReport({ ...results, network }));
  t.regex(page, /&#60;b&#62;mlp&#60;\/b&#62;\.json, [\d,]+ parameters/);
  t.true(page.includes(network.digest));
});
