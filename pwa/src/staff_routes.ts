import { m } from './locales/paraglide/messages';
import type { Pages } from './routes';

/** Every screen of staff, and who it is for. */
export const staff_pages: Pages = {
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
  '/oversight': {
    title: m.nav_oversight,
    load: () => import('./features/oversight/Oversight.svelte'),
    roles: ['auditor', 'province', 'commander'],
  },
  '/province': {
    title: m.nav_province,
    load: () => import('./features/province/Province.svelte'),
    roles: ['province'],
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
  '/search': {
    title: m.nav_search,
    load: () => import('./features/desk/search/Search.svelte'),
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
