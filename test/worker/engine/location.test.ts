import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { cacheFolder } from '../../../shared/cache-folder.ts';
import { engineKey, enginesFolder } from '../../../worker/engine/location.ts';

test('FOLDWISE_CACHE names the folder, relative to where one stands', (t) => {
  t.is(cacheFolder({ FOLDWISE_CACHE: '/scratch/foldwise' }), '/scratch/foldwise');
  t.is(cacheFolder({ FOLDWISE_CACHE: 'cache' }), path.resolve('cache'));
  t.is(enginesFolder({ FOLDWISE_CACHE: '/scratch' }), '/scratch/engines');
});

test('without it, or with it empty, the folder is one of the user', (t) => {
  t.true(cacheFolder({}).startsWith(os.homedir()) || process.env['XDG_CACHE_HOME'] !== undefined);
  t.is(cacheFolder({ FOLDWISE_CACHE: '' }), cacheFolder({}));
});

test('engines that differ in any part have folders of their own', (t) => {
  const parts = {
    variant: 'cpu' as const,
    tfjs: '4.22.0',
    tensorflow: '2.21.0',
    platform: 'linux',
    arch: 'x64',
  };
  const others = [
    { ...parts, variant: 'gpu' as const },
    { ...parts, tfjs: '4.23.0' },
    { ...parts, tensorflow: '2.22.0' },
    { ...parts, arch: 'arm64' },
  ];
  t.is(new Set([parts, ...others].map(engineKey)).size, 5);
});
