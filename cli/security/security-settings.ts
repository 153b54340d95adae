import { text, toggle } from '../setting.ts';

/** How coordinator and workers know each other; docs/security.md. */
export const SECURITY_SETTINGS = {
  'tls-cert': text('a path', (path) => path.optional(), {
    group: 'Security',
    takes: 'file',
    help: 'certificate to show, PEM; "foldwise certs init" makes some',
    defaultText: 'none',
  }),
  'tls-key': text('a path', (path) => path.optional(), {
    group: 'Security',
    takes: 'file',
    help: 'its key, PEM',
    defaultText: 'none',
  }),
  'tls-ca': text('a path', (path) => path.optional(), {
    group: 'Security',
    takes: 'file',
    help: 'authority that signed the certificates of the other side, PEM',
    defaultText: 'none',
  }),
  'tls-server-name': text('a name', (name) => name.optional(), {
    group: 'Security',
    takes: 'name',
    help: "name in the coordinator's certificate",
    defaultText: 'that of --coordinator',
  }),
  'token-file': text('a path', (path) => path.optional(), {
    group: 'Security',
    takes: 'file',
    help: 'secret that coordinator and workers share, a file nobody else can read',
    defaultText: 'FOLDWISE_TOKEN',
  }),
  insecure: toggle(false, {
    group: 'Security',
    help: 'go over a network that you trust without certificates; only loopback needs no such word',
  }),
};
