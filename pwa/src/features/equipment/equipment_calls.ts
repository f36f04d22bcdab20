import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

const camera = (camera_id: string) => ({ params: { path: { camera_id } } });
export const cameras = {
  add: (added: t.NewCamera) => body(http.POST('/v1/cameras', { body: added })),
  change: (id: string, change: t.CameraChange) =>
    body(http.PATCH('/v1/cameras/{camera_id}', { ...camera(id), body: change })),
  retire: (id: string) => body(http.DELETE('/v1/cameras/{camera_id}', camera(id))),
};

const beat = (beat_id: string) => ({ params: { path: { beat_id } } });
export const beats = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/beats', { signal })),
  add: (added: t.NewBeat) => body(http.POST('/v1/beats', { body: added })),
  change: (id: string, change: t.BeatChange) =>
    body(http.PATCH('/v1/beats/{beat_id}', { ...beat(id), body: change })),
  remove: (id: string) => body(http.DELETE('/v1/beats/{beat_id}', beat(id))),
};

export const beats_query = () => ({
  queryKey: keys.beats(),
  queryFn: ({ signal }: { signal: AbortSignal }) => beats.all(signal),
});

const token = (token_id: string) => ({ params: { path: { token_id } } });
export const machines = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/machine-tokens', { signal })),
  make: (machine: t.NewMachine) => body(http.POST('/v1/machine-tokens', { body: machine })),
  change: (id: string, change: t.MachineChange) =>
    body(http.PATCH('/v1/machine-tokens/{token_id}', { ...token(id), body: change })),
  replace: (id: string) => body(http.POST('/v1/machine-tokens/{token_id}/rotate', token(id))),
  revoke: (id: string) => body(http.DELETE('/v1/machine-tokens/{token_id}', token(id))),
};

export const machines_query = () => ({
  queryKey: keys.machines(),
  queryFn: ({ signal }: { signal: AbortSignal }) => machines.all(signal),
  // No event tells of a machine's calls.
  refetchInterval: 15_000,
});
