/** Keeps the screen on while the page is in front: a dark phone on a handlebar is useless. */
export function keepAwake(): () => void {
  let lock: { release: () => Promise<void> } | null = null;
  let stopped = false;
  const ask = () => {
    if (stopped || document.visibilityState !== 'visible') return;
    navigator.wakeLock
      ?.request('screen')
      .then((given) => (stopped ? void given.release() : (lock = given)))
      .catch(() => undefined);
  };
  ask();
  document.addEventListener('visibilitychange', ask);
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release().catch(() => undefined);
  };
}
