import { mount } from 'svelte';
import App from './App.svelte';
import { onStepUp } from './api/client';
import { startConnection } from './live/connection.svelte';
import { hearWorker } from './live/worker_messages';
import { mark } from './locales/locale.svelte';
import { startOutbox } from './offline/outbox.svelte';
import './ui/app.css';
import { go, startRouter } from './ui/router.svelte';
import { startWorker } from './ui/worker.svelte';
import { takeDemoKey } from './features/citizens/home/demo.svelte';

takeDemoKey();
mark();
startRouter();
onStepUp(() =>
  import('./features/access/step_up').then(
    ({ prove }) => prove(),
    () => false,
  ),
);
startConnection();
startOutbox();
startWorker();
hearWorker(go);
mount(App, { target: document.getElementById('app') as HTMLElement });
