import type { ManifestOptions } from 'vite-plugin-pwa';

/** What the phone shows when Sipha is added to its home screen. */
export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'สิบห้า · Sipha',
  short_name: 'สิบห้า',
  description: 'แจ้งเหตุ สั่งการสายตรวจ และดูเวลาไปถึงที่เกิดเหตุ',
  lang: 'th',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#0d1218',
  theme_color: '#0b4f8a',
  categories: ['government', 'utilities'],
  icons: [
    { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
  ],
  shortcuts: [{ name: 'ขอความช่วยเหลือ', url: '/report' }],
};
