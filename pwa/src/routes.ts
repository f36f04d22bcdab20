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
}

/** Every screen of the product and who it is for. */
const pages: Record<string, Page> = {
  '/': { title: m.app_tagline, load: () => import('./features/citizens/home/Home.svelte') },
  '/sign-in': { title: m.sign_in, load: () => import('./features/access/SignIn.svelte') },
  '/invitation': {
    title: m.invitation_title,
    load: () => import('./features/access/Invitation.svelte'),
    citizens: true,
  },
  '/account': {
    title: m.account_title,
    load: () => import('./features/access/account/Account.svelte'),
    roles: ['officer', 'operator', 'commander', 'admin', 'auditor', 'province'],
  },
  '/people': {
    title: m.nav_people,
    load: () => import('./features/people/People.svelte'),
    roles: ['admin'],
  },
  '/policy': {
    title: m.nav_policy,
    load: () => import('./features/policy/PolicyScreen.svelte'),
    roles: ['province', 'commander', 'admin', 'operator', 'auditor'],
  },
  '/rosters': {
    title: m.nav_rosters,
    load: () => import('./features/rosters/Rosters.svelte'),
    roles: ['admin', 'commander', 'operator'],
  },
  '/equipment': {
    title: m.nav_equipment,
    load: () => import('./features/equipment/Equipment.svelte'),
    roles: ['admin', 'commander'],
  },
  '/audit': {
    title: m.nav_audit,
    load: () => import('./features/audit/Audit.svelte'),
    roles: ['auditor'],
  },
  '/province': {
    title: m.nav_province,
    load: () => import('./features/province/Province.svelte'),
    roles: ['province'],
  },
  '/report': {
    title: m.home_help,
    load: () => import('./features/citizens/report/Report.svelte'),
    citizens: true,
  },
  '/track': {
    title: m.track_title,
    load: () => import('./features/citizens/track/Track.svelte'),
    citizens: true,
  },
  '/officer': {
    title: m.nav_officer,
    load: () => import('./features/dispatching/duty/Officer.svelte'),
    roles: ['officer'],
  },
  '/operator': {
    title: m.nav_operator,
    load: () => import('./features/desk/Operator.svelte'),
    roles: ['operator', 'commander'],
  },
  '/watchlist': {
    title: m.nav_watchlist,
    load: () => import('./features/recognition/Watchlist.svelte'),
    roles: ['operator', 'commander', 'auditor'],
  },
  '/commander': {
    title: m.nav_commander,
    load: () => import('./features/figures/Commander.svelte'),
    roles: ['commander', 'operator', 'auditor'],
  },
  '/station': {
    title: m.nav_station,
    load: () => import('./features/stations/Station.svelte'),
    roles: ['commander', 'admin', 'operator', 'auditor'],
  },
  '/cameras': {
    title: m.nav_cameras,
    load: () => import('./features/stations/Overview.svelte'),
    roles: ['operator', 'commander', 'admin'],
  },
};

export function pageAt(path: string): Page | undefined {
  return pages[path.length > 1 ? path.replace(/\/+$/, '') : path];
}
