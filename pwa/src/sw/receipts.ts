import { flush } from '../offline/deliver';
import { put } from '../offline/outbox';
import type { Push } from './payload';

/**
 * Tells the server how far a push has got. Stored first: in a tunnel the receipt goes out later,
 * with the next push or when a page opens.
 */
export async function giveReceipt({ data }: Push, stage: 'delivered' | 'shown' | 'opened'): Promise<void> {
  if (!data.delivery_id || !data.receipt_token) return;
  try {
    await put({
      id: `${data.delivery_id}:${stage}`,
      lane: `receipt:${data.delivery_id}`,
      owner: null,
      method: 'POST',
      path: '/v1/push/receipts',
      body: { delivery_id: data.delivery_id, token: data.receipt_token, stage },
      idempotent: false,
    });
    await flush(null);
  } catch {
    // A phone that cannot store the receipt still shows the offer.
  }
}
