import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** The page as files with relative addresses, so that it runs wherever it is mounted. */
export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [react()],
  // From the source: the page is built beside the package, not after it.
  resolve: { alias: { 'plugboard/client': here('../src/admin/client.ts') } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
})
