#!/usr/bin/env node
// Loads the TypeScript beside it by tsx, as cli/foldwise.js does where it cannot keep what it compiles.
import { fileURLToPath } from 'node:url';

process.env['TSX_TSCONFIG_PATH'] = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
process.env['TSX_DISABLE_CACHE'] = '1';

const loader = await import('tsx/esm/api').catch(() => {
  process.stderr.write('error: packages are missing; run "npm ci"\n');
  process.exit(1);
});
loader.register();
const { main } = await import('./bench.ts');
await main(process.argv);
