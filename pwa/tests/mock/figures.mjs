// Made-up figures for the commander's screen.
const wobble = (n) => Math.abs(Math.sin(n * 12.9898) * 43758.5453) % 1;

export function responseRows(group, units) {
  const names = {
    unit: units.map(({ id }) => id),
    hour: Array.from({ length: 24 }, (_, hour) => String(hour)).filter((hour) => hour !== '4'),
    priority: ['1', '2', '3'],
    station: ['สน.ห้วยขวาง'],
    beat: [],
  }[group];
  return names.map((name, index) => {
    const incidents = 8 + Math.floor(wobble(index + 1) * 60);
    const p50 = 220 + wobble(index + 5) * 260;
    return {
      group: name,
      incidents,
      arrived: incidents - (index % 3),
      without_arrival: index % 3,
      cancelled: index % 4,
      cancelled_late: index % 2,
      doubtful: index % 3,
      unchecked: index % 5,
      on_time_share: 0.72 + wobble(index + 9) * 0.25,
      stages: { response: { p50, p90: p50 * 1.9, p95: p50 * 2.4, n: incidents - (index % 3) } },
    };
  });
}

export function heatCells({ lat, lon }, metric) {
  const features = [];
  const size = 0.0016;
  for (let row = -7; row <= 7; row++) {
    for (let col = -7; col <= 7; col++) {
      if (Math.hypot(row, col) > 7.3 || wobble(row * 31 + col) < 0.25) continue;
      const x = lon + (col + (row % 2) / 2) * size * 1.78;
      const y = lat + row * size * 1.5;
      const corner = (n) => [x + size * Math.sin((n * Math.PI) / 3), y + size * Math.cos((n * Math.PI) / 3)];
      const count = Math.ceil(wobble(row * 7 + col * 3) * 22);
      features.push({
        type: 'Feature',
        geometry: { type: 'Polygon', coordinates: [[0, 1, 2, 3, 4, 5, 0].map(corner)] },
        properties: {
          h3: `${row}:${col}`,
          count,
          cancelled_late: 0,
          without_arrival: count > 12 ? 1 : 0,
          doubtful: count > 16 ? 1 : 0,
          value: metric === 'incidents' ? count : wobble(row + col * 5),
        },
      });
    }
  }
  return { type: 'FeatureCollection', features };
}

export function portrait(hue) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240" fill="hsl(${hue} 14% 62%)"/><circle cx="120" cy="96" r="52" fill="hsl(${hue} 18% 40%)"/><path d="M24 240c0-66 48-92 96-92s96 26 96 92z" fill="hsl(${hue} 18% 32%)"/></svg>`;
}
