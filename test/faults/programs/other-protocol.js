/**
 * Loaded before a program (NODE_OPTIONS=--import …): has it speak protocol 99, whatever its own is.
 */
import { register } from 'node:module';

const hook = `
  export async function load(url, context, nextLoad) {
    const loaded = await nextLoad(url, context);
    if (!/\\/shared\\/wire\\/said\\.[tj]s/.test(url)) return loaded;
    const source = String(loaded.source).replace(/PROTOCOL_VERSION\\s*=\\s*\\d+/, 'PROTOCOL_VERSION=99');
    return { ...loaded, source };
  }
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
