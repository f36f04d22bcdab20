import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { compiledMessages } from './compiled_messages.ts';
import { manifest } from './manifest.ts';

const api = process.env.SIPHA_API ?? 'http://127.0.0.1:8015';

export default defineConfig(({ mode }) => ({
  plugins: [
    tailwindcss(),
    // Tests compile the texts once beforehand: the plugin's watcher would keep them from exiting.
    mode !== 'test' &&
      paraglideVitePlugin({
        project: './project.inlang',
        outdir: './src/locales/paraglide',
        strategy: ['localStorage', 'baseLocale'],
        emitReadme: false,
      }),
    compiledMessages(),
    svelte(),
    mode !== 'test' &&
      VitePWA({
        strategies: 'injectManifest',
        srcDir: 'src/sw',
        filename: 'sw.ts',
        injectRegister: false,
        manifest,
        injectManifest: {
          // A classic worker: Firefox does not run module service workers.
          rollupFormat: 'iife',
          globPatterns: ['**/*.{js,css,html,svg,woff2,webmanifest}', 'icon-192.png'],
          // Latin and Thai only; other subsets are fetched when a page needs them.
          globIgnores: [
            '**/sarabun-{latin-ext,vietnamese}*',
            '**/ibm-plex-mono-{latin-ext,vietnamese,cyrillic*}*',
          ],
          maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        },
      }),
  ],
  // Under the strict CSP a font or script in a data: address is refused, so nothing is inlined.
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // By this name the service worker knows what not to prefetch (`src/sw/assets.ts`).
            { name: 'maplibre', test: /maplibre-gl/ },
            // What every page begins with, whole: in many small files it is larger, and asked for one by one.
            {
              name: 'shell',
              test: /session\.svelte|ui\/(ProblemNote|Switches)\.svelte|locales\/(format|words\/roles)\./,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '/v1': { target: api }, '/schema': { target: api } } },
  // Vitest runs in Node: without this condition it would load Svelte's server build.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  // One process loads everything once: most of the time goes into that. No test needs a module to itself.
  test: {
    include: ['tests/unit/**/*.test.ts'],
    environment: 'node',
    isolate: false,
    maxWorkers: 1,
    unstubGlobals: true,
  },
}));
