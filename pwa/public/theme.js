// Runs before the first paint, so that a screen used at night never flashes white.
(() => {
  try {
    const chosen = localStorage.getItem('sipha-theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is unavailable (private window): use the system's setting.
  }
})();
