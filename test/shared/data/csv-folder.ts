/** The header of CSV files with images of `side` pixels a side. */
export const csvHeader = (side = 2): string =>
  ['label', ...Array.from({ length: side * side }, (_, at) => `pixel${at + 1}`)].join(',');

/** The smallest sensible folder: three training images, two test images of 2×2 pixels. */
export const tinyCsv = (): Record<string, Buffer> => ({
  'tiny_train.csv': Buffer.from(`${csvHeader()}\n2,0,1,2,3\n0,255,0,0,9\n1,10,20,30,40\n`),
  'tiny_test.csv': Buffer.from(`${csvHeader()}\n1,4,5,6,7\n2,8,9,10,11\n`),
});
