import { body, http } from '../../api/client';
import type { components } from '../../api/schema';
import { keys } from '../../live/keys';
import { m } from '../../locales/paraglide/messages';

type Schemas = components['schemas'];
export type Look = Schemas['LookRow'];
export type Handler = Schemas['HandlerRow'];
const of = (incident_id: string) => ({ params: { path: { incident_id } } });

export const oversight = {
  read: (cursor: number | undefined, signal?: AbortSignal) =>
    body(http.GET('/v1/oversight', { params: { query: { cursor } }, signal })),
  handlers: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/restriction', { ...of(id), signal })),
  restrict: (id: string, wanted: Schemas['RestrictIn']) =>
    body(http.POST('/v1/incidents/{incident_id}/restrict', { ...of(id), body: wanted })),
  lift: (id: string, reason: string) =>
    body(http.POST('/v1/incidents/{incident_id}/lift-restriction', { ...of(id), body: { reason } })),
};

export const declarations = {
  read: (signal?: AbortSignal) => body(http.GET('/v1/declarations', { signal })),
  declare: (wanted: Schemas['DeclarationIn']) => body(http.POST('/v1/declarations', { body: wanted })),
  end: (declaration_id: string) =>
    body(http.DELETE('/v1/declarations/{declaration_id}', { params: { path: { declaration_id } } })),
};

export const handlersQuery = (id: string) => ({
  queryKey: keys.restriction(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => oversight.handlers(id, signal),
});

export const declarationsQuery = () => ({
  queryKey: keys.declarations(),
  queryFn: ({ signal }: { signal: AbortSignal }) => declarations.read(signal),
});

const words = {
  about_police: m.look_about_police,
  conflict: m.look_conflict,
  household: m.look_household,
};
export const lookWord = (because: Look['because']) => words[because]();
