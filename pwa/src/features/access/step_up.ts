import { mount, unmount } from 'svelte';
import StepUp from './StepUp.svelte';

let asking: Promise<boolean> | null = null;

/** Has whoever sits here prove once more who they are, in a sheet over whatever is open; false if it was closed. Calls
 * that need it at the same moment share one sheet. */
export function prove(): Promise<boolean> {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

function ask(): Promise<boolean> {
  return new Promise((answer) => {
    const sheet = mount(StepUp, {
      target: document.body,
      props: {
        closed: (proved: boolean) => {
          void unmount(sheet);
          answer(proved);
        },
      },
    });
  });
}
