import type { Component } from 'svelte';
import type { Role } from './api/types';
import { m } from './locales/paraglide/messages';

export interface Page {
  title: () => string;
  load: () => Promise<{ default: Component }>;
  /** Who may open it; a page without roles needs no session. */
  roles?: Role[];
  /** For people without a session, such as citizens: it is not checked. */
  citizens?: boolean;
  /** Its title, which stays in the browser's history, says nothing of what is on it. */
  neutral?: boolean;
  /** Also in the languages that only citizens have. */
  everybody?: boolean;
}

/** Screens that need no session. Those of staff are in `staff_routes.ts`, which citizens' phones need not load. */
const pages: Record<string, Page> = {
  '/': {
    title: m.app_tagline,
    load: () => import('./features/citizens/home/Home.svelte'),
    everybody: true,
  },
  '/sign-in': { title: m.sign_in, load: () => import('./features/access/SignIn.svelte') },
  '/invitation': {
    title: m.invitation_title,
    load: () => import('./features/access/Invitation.svelte'),
    citizens: true,
  },
  '/report': {
    title: m.home_help,
    load: () => import('./features/citizens/report/Report.svelte'),
    citizens: true,
    neutral: true,
    everybody: true,
  },
  '/here': {
    title: m.here_page,
    load: () => import('./features/citizens/here/Here.svelte'),
    citizens: true,
    everybody: true,
  },
  '/track': {
    title: m.track_title,
    load: () => import('./features/citizens/track/Track.svelte'),
    citizens: true,
    neutral: true,
    everybody: true,
  },
};
export type Pages = typeof pages;

/** `staff`: null until it is loaded. */
export function pageAt(path: string, staff: Pages | null): Page | undefined {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return pages[plain] ?? staff?.[plain];
}
