const place = $state({ path: location.pathname, search: location.search, hash: location.hash });

/** The current location; the address alone says which screen is shown. */
export const here = {
  get path() {
    return place.path;
  },
  /** Including the query, such as which incident. */
  get whole() {
    return place.path + place.search;
  },
  get search() {
    return new URLSearchParams(place.search);
  },
  get hash() {
    return new URLSearchParams(place.hash.slice(1));
  },
};

export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  read();
  scrollTo(0, 0);
}

function read(): void {
  Object.assign(place, { path: location.pathname, search: location.search, hash: location.hash });
}

/** Links stay plain `<a href>`; a click within the site changes the screen without a reload. */
export function startRouter(): void {
  addEventListener('popstate', read);
  addEventListener('hashchange', read);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/v1/') || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
