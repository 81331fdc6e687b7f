import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { builtinModules } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { EnvironmentOptions, Plugin } from 'vite';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = Object.fromEntries(['shared', 'server', 'web', 'test'].map((folder) => [`#${folder}`, inRoot(folder)]));
const build = process.env['CLUSTERWALL_BUILD'] ?? Date.now().toString(36);
const node = { environment: 'node' as const, include: [] as string[] };

/** Builds the page (dist/web) and bundles the server into one file (dist/main.js): `vite build --app`. */
export default defineConfig({
  root: 'web',
  cacheDir: inRoot('node_modules/.vite'),
  plugins: [firstLoad(), compressed(), svelte({ configFile: inRoot('svelte.config.js') })],
  resolve: { alias },
  define: { __BUILD__: JSON.stringify(build) },
  server: { port: 5173, strictPort: false, proxy: devProxy() },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: '../dist/web',
        emptyOutDir: true,
        target: 'es2023',
        // A page that may load only its own files has nothing inline.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    },
    ssr: serverBundle('main.js', 'server/main.ts'),
    // A command beside the server: apart from it, so that each is one file.
    history: serverBundle('history.js', 'server/history-command.ts'),
  },
  test: {
    projects: [
      {
        extends: true,
        root: inRoot('.'),
        test: { ...node, name: 'architecture', include: ['test/architecture/**/*.test.ts'] },
      },
      {
        extends: true,
        root: inRoot('.'),
        test: {
          ...node,
          name: 'unit',
          include: ['test/{shared,checks,engine,facts,store,web-live,cluster-unit,demo}/**/*.test.ts'],
          // A busy machine takes its time.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        root: inRoot('.'),
        plugins: [svelteTesting()],
        test: { name: 'component', environment: 'jsdom', include: ['test/web/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        root: inRoot('.'),
        test: {
          ...node,
          name: 'server',
          include: ['test/{server,list-watch,connect,probes,history,http,config}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        root: inRoot('.'),
        test: {
          ...node,
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          // A busy machine takes its time; what must be fast says so itself.
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        root: inRoot('.'),
        test: {
          ...node,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/prepare.ts'],
          testTimeout: 240_000,
          hookTimeout: 900_000,
          // Each file has a control plane of its own, and most of its time it waits: for holding times, for heartbeats.
          maxWorkers: 2,
        },
      },
    ],
  },
});

/** One minified file: 40 MB less memory than a tree of node_modules, and a faster start. */
function serverBundle(file: string, source: string): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: builtinModules.flatMap((name) => [name, `node:${name}`]) },
    build: {
      outDir: '../dist',
      emptyOutDir: false,
      ssr: true,
      target: 'node24',
      minify: true,
      copyPublicDir: false,
      rollupOptions: {
        input: inRoot(source),
        output: { entryFileNames: file, codeSplitting: false, format: 'esm' },
      },
    },
  };
}

function inRoot(path: string): string {
  return join(import.meta.dirname, path);
}

/** Prints how much JavaScript the page needs before it stands (the chart comes later): the bar is 60 KB. */
function firstLoad(): Plugin {
  const barKb = 60;
  return {
    name: 'first-load',
    applyToEnvironment: ({ name }) => name === 'client',
    writeBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const needed = new Set(
        chunks.filter(({ isEntry }) => isEntry).flatMap(({ fileName, imports }) => [fileName, ...imports]),
      );
      const kb = chunks
        .filter(({ fileName }) => needed.has(fileName))
        .reduce((sum, { code }) => sum + brotliCompressSync(code).length / 1000, 0);
      const said = `first load: ${kb.toFixed(1)} KB of JavaScript (brotli)`;
      if (kb > barKb) this.warn(`${said}, more than the ${barKb} KB it may be`);
      else this.info(said);
    },
  };
}

/** Writes .br and .gz beside the page's files, so that nothing is compressed while the wall runs. */
function compressed(): Plugin {
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  return {
    name: 'compressed',
    applyToEnvironment: ({ name }) => name === 'client',
    writeBundle({ dir }) {
      const names = readdirSync(dir!, { recursive: true, encoding: 'utf8' });
      for (const name of names.filter((each) => /\.(html|js|css|svg|json|webmanifest)$/.test(each))) {
        const file = join(dir!, name);
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content, best));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

function devProxy(): Record<string, { target: string; ws?: boolean }> {
  const target = `http://127.0.0.1:${process.env['PORT'] ?? '8080'}`;
  return {
    '/api': { target },
    '/socket.io': { target, ws: true },
    '/healthz': { target },
    '/readyz': { target },
    '/metrics': { target },
  };
}
