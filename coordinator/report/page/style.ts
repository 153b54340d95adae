/**
 * The style of `report.html`. Colours are variables, in the figures too, so that one rendering
 * suits light and dark. Hues are those of Okabe and Ito, told apart by the colour-blind.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --tile: #f5f6f8; --ink: #1b1f24; --muted: #5a6370; --rule: #dfe3e8;
  --grid: #e8ebef; --axis: #9aa3ae; --cell: #f1f3f5; --on-badge: #ffffff;
  --training: #d55e00; --training-ink: #a84a00; --validation: #0072b2; --validation-ink: #00639b;
  --right: #0072b2; --on-right: #ffffff; --wrong: #d55e00; --bar: #cfe3f1;
  --alert: #7a4b00; --alert-page: #fff4d6; --alert-edge: #e69f00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --tile: #1d2127; --ink: #e8eaed; --muted: #a2abb6; --rule: #343a43;
    --grid: #282d34; --axis: #6b7480; --cell: #1d2127; --on-badge: #0d1013;
    --training: #e69f00; --training-ink: #f0b233; --validation: #56b4e9; --validation-ink: #7cc6f0;
    --right: #1f77b4; --on-right: #ffffff; --wrong: #b8560b; --bar: #1f4560;
    --alert: #ffdf9e; --alert-page: #3a2c0c; --alert-edge: #e69f00;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 76rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1 { margin: 0 0 .4rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; }
h2 {
  margin: 3.2rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--rule);
  font-size: 1.25rem; line-height: 1.3;
}
h3 { margin: 1.8rem 0 .4rem; font-size: 1rem; }
p { margin: .5rem 0; max-width: 46rem; }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.lead { font-size: 1.0625rem; }
.muted, figcaption, caption, footer { color: var(--muted); font-size: .875rem; }
nav { margin: 1.6rem 0 0; display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; font-size: .9rem; }
a { color: var(--validation-ink); text-underline-offset: .15em; }
.banner, .warnings {
  margin: 0 0 1.5rem; padding: .8rem 1.1rem; border-radius: 4px; overflow-wrap: anywhere;
  background: var(--alert-page); color: var(--alert); border-left: .4rem solid var(--alert-edge);
}
.banner { max-width: none; font-weight: 600; }
.warnings { margin: 1.5rem 0 0; }
.warnings h2 { margin: 0; padding: 0; border: 0; font-size: 1rem; }
.warnings ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.tiles { display: grid; gap: .8rem; margin: 1.5rem 0 0; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.six { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.tile { margin: 0; padding: 1rem 1.2rem; border-radius: 8px; background: var(--tile); }
.tile dt { color: var(--muted); font-size: .875rem; }
.tile dd { margin: 0; font-size: .875rem; color: var(--muted); }
.tile .value { font-size: 1.85rem; line-height: 1.3; font-weight: 650; color: var(--ink); letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tile .value small { font-size: 1.05rem; font-weight: 500; color: var(--muted); letter-spacing: 0; white-space: nowrap; }
figure { margin: 0; min-width: 0; overflow-x: auto; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { margin: .1rem 0 .3rem; }
.right { color: var(--validation-ink); }
.wrong { color: var(--training-ink); }
figcaption b { color: var(--ink); font-weight: 600; }
.pair, .many { display: grid; gap: 1.6rem 2rem; margin: 1rem 0; align-items: start; }
.pair { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.stack { grid-template-columns: minmax(0, 1fr); }
.many { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.2rem 1.6rem; }
.columns { display: grid; gap: .6rem 2rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.columns details { margin: 0; min-width: 0; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .6rem 0; padding: 0; list-style: none; color: var(--muted); font-size: .875rem; }
.key svg { width: 2rem; height: .8rem; margin-right: .45rem; vertical-align: -.05rem; }
.key .dot { width: .8rem; }
.scroll { container-type: inline-size; overflow-x: auto; margin: 1rem 0; }
.pair .scroll { margin-top: 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 .4rem; }
caption span { display: block; position: sticky; left: 0; width: fit-content; min-width: min(14rem, 100cqi); max-width: 100cqi; }
th, td { padding: .34rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; border-bottom-color: var(--axis); vertical-align: bottom; }
tbody th { font-weight: 500; }
tfoot th, tfoot td { border-top: 1px solid var(--axis); border-bottom: 0; font-weight: 600; }
th:first-child { padding-left: 0; }
th:last-child, td:last-child:not(.bar) { padding-right: 0; }
.number { text-align: right; }
.text { min-width: 12rem; white-space: normal; overflow-wrap: anywhere; }
.bar { min-width: 7.5rem; background: linear-gradient(var(--bar) 0 0) no-repeat .3rem 50% / calc((100% - .6rem) * var(--share)) 72%; }
.badge { margin-left: .5rem; padding: .05rem .45rem; border-radius: 1rem; font-size: .75rem; font-weight: 600; background: var(--validation); color: var(--on-badge); }
.blocks { display: grid; gap: 1.6rem 2rem; margin: 1rem 0; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
.samples h4 { margin: 0 0 .4rem; font-size: .9rem; font-weight: 600; }
.samples ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .8rem .4rem; margin: 0; padding: 0; list-style: none; }
.samples li { min-width: 0; overflow-wrap: anywhere; }
.samples p { margin: 0; font-size: .76rem; line-height: 1.45; }
.samples img { display: block; width: 56px; height: 56px; object-fit: contain; image-rendering: pixelated; outline: 1px solid var(--rule); }
.pictures { display: flex; gap: 4px; margin-bottom: .3rem; }
details { margin: 1rem 0; }
summary { cursor: pointer; color: var(--validation-ink); font-size: .9rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
@media (max-width: 60rem) {
  .tiles, .six { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
}
@media (max-width: 40rem) {
  body { padding-top: 1.2rem; }
  th, td { padding: .3rem .35rem; }
  .bar { min-width: 4rem; }
  .text { min-width: 8rem; }
}
@media (max-width: 30rem) {
  table { font-size: .85rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; }
  nav { display: none; }
  h2, h3, figcaption { break-after: avoid; }
  figure, tr, .tile, .banner { break-inside: avoid; }
  .scroll, figure { overflow: visible; }
  figure svg { min-width: 0 !important; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  .six { grid-template-columns: repeat(3, 1fr); }
  .columns { grid-template-columns: repeat(2, 1fr); }
  .blocks { grid-template-columns: repeat(3, 1fr); }
  .samples ul { grid-template-columns: repeat(2, 1fr); }
  .samples li { break-inside: avoid; }
  .samples p { font-size: 7pt; }
  .tile { padding: .6rem .8rem; }
  .tile .value { font-size: 15pt; }
  table { font-size: 7.5pt; }
  th, td { padding: .15rem .35rem; }
  .bar { min-width: 3.6rem; }
  .text { min-width: 0; }
  h2 { margin-top: 1.6rem; }
  footer { margin-top: 1rem; }
  .muted, figcaption, caption, footer, .lead, .tile dt, .tile dd, .key { font-size: 8.5pt; }
  .many { grid-template-columns: repeat(3, 1fr); }
  .pair:not(.stack) { grid-template-columns: repeat(2, 1fr); }
}
`;
