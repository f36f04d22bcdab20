import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

type Read = { signal?: AbortSignal };

const account = (account_id: string) => ({ params: { path: { account_id } } });
export const accounts = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/accounts', { signal })),
  add: (person: t.NewAccount) => body(http.POST('/v1/accounts', { body: person })),
  change: (id: string, change: t.AccountChange) =>
    body(http.PATCH('/v1/accounts/{account_id}', { ...account(id), body: change })),
  invite: (id: string) => body(http.POST('/v1/accounts/{account_id}/invite', account(id))),
  lock: (id: string) => body(http.POST('/v1/accounts/{account_id}/disable', account(id))),
  unlock: (id: string) => body(http.POST('/v1/accounts/{account_id}/enable', account(id))),
  sessions: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/accounts/{account_id}/sessions', { ...account(id), signal })),
  endSession: (account_id: string, session_id: string) =>
    body(
      http.DELETE('/v1/accounts/{account_id}/sessions/{session_id}', {
        params: { path: { account_id, session_id } },
      }),
    ),
  endSessions: (id: string) => body(http.DELETE('/v1/accounts/{account_id}/sessions', account(id))),
};

export const people_queries = {
  accounts: () => ({
    queryKey: keys.accounts(),
    queryFn: ({ signal }: Read) => accounts.all(signal),
    // No event tells of sign-ins.
    refetchInterval: 15_000,
  }),
  sessions_of: (account_id: string) => ({
    queryKey: keys.sessions_of(account_id),
    queryFn: ({ signal }: Read) => accounts.sessions(account_id, signal),
    refetchInterval: 10_000,
  }),
};
