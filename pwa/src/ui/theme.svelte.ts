export type Theme = 'auto' | 'light' | 'dark';
const KEPT_AS = 'sipha-theme';
const state = $state({ chosen: kept() });

export const theme = {
  get chosen() {
    return state.chosen;
  },
};

/** auto → dark → light → auto */
export function nextTheme(): void {
  const next: Record<Theme, Theme> = { auto: 'dark', dark: 'light', light: 'auto' };
  state.chosen = next[state.chosen];
  if (state.chosen === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = state.chosen;
  try {
    localStorage.setItem(KEPT_AS, state.chosen);
  } catch {
    // A private window does not remember it; the theme still changes.
  }
}

function kept(): Theme {
  const set = document.documentElement.dataset.theme;
  return set === 'light' || set === 'dark' ? set : 'auto';
}
