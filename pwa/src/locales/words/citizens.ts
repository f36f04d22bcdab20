import type { ReportStatus } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const reportStatus = /* @__PURE__ */ worded<ReportStatus>({
  received: m.status_received,
  searching: m.status_searching,
  assigned: m.status_assigned,
  on_the_way: m.status_on_the_way,
  arrived: m.status_arrived,
  closed: m.status_closed,
  cancelled: m.status_cancelled,
});

export const trackPoint = /* @__PURE__ */ worded({
  received: m.track_point_received,
  assigned: m.track_point_assigned,
  on_the_way: m.track_point_on_the_way,
  arrived: m.track_point_arrived,
  closed: m.track_point_closed,
});
