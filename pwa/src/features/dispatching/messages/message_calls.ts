import { body, http } from '../../../api/client';
import { keys } from '../../../live/keys';

const of = (incident_id: string) => ({ params: { path: { incident_id } } });

/** A screen announces no message that was written on it. */
export const sent_here = new Set<string>();

export const messages = {
  read: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/messages', { ...of(id), signal })),
  send: (id: string, message: { id: string; text: string }) => {
    sent_here.add(message.id);
    return body(http.POST('/v1/incidents/{incident_id}/messages', { ...of(id), body: message }));
  },
};

/** Reading is what the writer sees as "read", so it happens only while somebody can see the page. */
export const messagesQuery = (id: string) => ({
  queryKey: keys.messages(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => messages.read(id, signal),
  enabled: () => document.visibilityState === 'visible',
  refetchOnWindowFocus: 'always' as const,
});
