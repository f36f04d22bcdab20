import { body, http } from '../../api/client';

export interface FoundPlace {
  id: string;
  name: string;
  name_en?: string | null;
  near?: string | null;
  kind: string;
  lat: number;
  lon: number;
  distance_m?: number | null;
}

/** Best first. `near`: breaks ties between places of the same name. */
export async function findPlaces(
  q: string,
  near: { lat: number; lon: number } | null | undefined,
  signal: AbortSignal,
): Promise<FoundPlace[]> {
  const query = { q, lat: near?.lat, lon: near?.lon, limit: 6 };
  return (await body(http.GET('/v1/places', { params: { query }, signal }))).items;
}
