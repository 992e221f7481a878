// The map: land and borders from the site itself, incidents gathered by the server and weighted by people.
import * as maplibre from 'maplibre-gl';
import { feature, mesh } from 'topojson-client';

const holder = document.getElementById('map');
const told = JSON.parse(document.getElementById('map-told').textContent);
maplibre.setWorkerUrl(told.worker);

const colours = { confirmed: '#5c1f14', fair: '#a8482f', weak: '#c9954c', contested: '#5f6f86', discounted: '#8d8a82' };
const number = new Intl.NumberFormat(told.language === 'ar' ? 'ar-u-nu-latn' : told.language);

const map = new maplibre.Map({
  container: holder,
  style: { version: 8, sources: {}, layers: [{ id: 'sea', type: 'background', paint: { 'background-color': '#dde3e6' } }] },
  center: [40, 30], zoom: 2, minZoom: 1, maxZoom: 17,
  attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, locale: told.words,
  renderWorldCopies: false, fadeDuration: 0,
});
map.touchZoomRotate.disableRotation();
map.addControl(new maplibre.NavigationControl({ showCompass: false }), told.rtl ? 'top-left' : 'top-right');
map.addControl(new maplibre.AttributionControl({ compact: false, customAttribution: told.credit }));
if (told.bounds) map.fitBounds(told.bounds, { padding: 40, maxZoom: told.zoom, duration: 0 });

/** A circle of that many kilometres, as a polygon: a place known only to a town is an area. */
function area(lon, lat, km) {
  const ring = [];
  for (let step = 0; step <= 48; step += 1) {
    const turn = (step / 48) * 2 * Math.PI;
    const north = lat + (km / 111.32) * Math.cos(turn);
    ring.push([lon + (km / (111.32 * Math.max(0.05, Math.cos((lat * Math.PI) / 180)))) * Math.sin(turn), north]);
  }
  return { type: 'Polygon', coordinates: [ring] };
}

function cellFeatures(cells) {
  const points = { type: 'FeatureCollection', features: [] };
  const areas = { type: 'FeatureCollection', features: [] };
  for (const cell of cells) {
    const properties = { ...cell, label: number.format(cell.killed_min), colour: colours[cell.grade] ?? '#8c2f1d' };
    points.features.push({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [cell.lon, cell.lat] } });
    if (cell.code && cell.radius_km > 0.2) {
      areas.features.push({ type: 'Feature', properties, geometry: area(cell.lon, cell.lat, cell.radius_km) });
    }
  }
  return [points, areas];
}

let asked = 0;
async function draw() {
  const turn = (asked += 1);
  const box = map.getBounds();
  const edges = [Math.max(-180, box.getWest()), Math.max(-90, box.getSouth()), Math.min(180, box.getEast()), Math.min(90, box.getNorth())];
  const address = new URL(told.cells, location.href);
  address.searchParams.set('z', map.getZoom().toFixed(1));
  address.searchParams.set('bbox', edges.map((x) => x.toFixed(4)).join(','));
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok || turn !== asked) return;
  const [points, areas] = cellFeatures((await answer.json()).cells);
  map.getSource('points').setData(points);
  map.getSource('areas').setData(areas);
  map.once('idle', () => { holder.dataset.drawn = String(points.features.length); });
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** What is under the pointer, built as nodes: no text of a report is ever read as markup. */
function card(cell) {
  const box = element('div', undefined, { dir: told.rtl ? 'rtl' : 'ltr' });
  const range = cell.killed_min === cell.killed_max ? number.format(cell.killed_min) : `${number.format(cell.killed_min)}\u2013${number.format(cell.killed_max)}`;
  if (cell.code) {
    const link = element('a', cell.name ? `${cell.name} \u00b7 ${cell.code}` : cell.code, { href: told.incident.replace('CODE', encodeURIComponent(cell.code)) });
    box.append(link);
  } else {
    box.append(element('b', told.words.incidents.replace('{n}', number.format(cell.incidents))));
  }
  box.append(element('div', told.words.killed.replace('{n}', range)));
  return box;
}

map.on('load', async () => {
  const [world, disputed] = await Promise.all([told.world, told.disputed].map((url) => fetch(url).then((r) => r.json())));
  const countries = world.objects.countries;
  map.addSource('land', { type: 'geojson', data: feature(world, countries) });
  map.addSource('borders', { type: 'geojson', data: mesh(world, countries, (a, b) => a !== b) });
  map.addSource('disputed', { type: 'geojson', data: disputed });
  map.addLayer({ id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': '#f6f3ec' } });
  map.addSource('coast', { type: 'geojson', data: mesh(world, countries, (a, b) => a === b) });
  map.addLayer({ id: 'coast', type: 'line', source: 'coast', paint: { 'line-color': '#a9b3b8', 'line-width': 0.6 } });
  map.addLayer({ id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': '#a39d90', 'line-width': 0.8 } });
  map.addLayer({ id: 'disputed', type: 'line', source: 'disputed', paint: { 'line-color': '#7d776a', 'line-width': 1, 'line-dasharray': [3, 3] } });
  const none = { type: 'FeatureCollection', features: [] };
  map.addSource('areas', { type: 'geojson', data: none });
  map.addSource('points', { type: 'geojson', data: none });
  map.addLayer({ id: 'areas', type: 'fill', source: 'areas', minzoom: 5, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.14, 'fill-outline-color': ['get', 'colour'] } });
  map.addLayer({
    id: 'points', type: 'circle', source: 'points',
    paint: {
      'circle-color': ['get', 'colour'], 'circle-opacity': 0.78, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1,
      'circle-radius': ['interpolate', ['linear'], ['sqrt', ['max', 1, ['get', 'killed_min']]], 1, 5, 10, 16, 40, 30, 150, 48],
    },
  });
  map.addLayer({
    id: 'labels', type: 'symbol', source: 'points', filter: ['>', ['get', 'killed_min'], 9],
    layout: { 'text-field': ['get', 'label'], 'text-size': 11, 'text-font': ['sans-serif'], 'text-allow-overlap': true },
    paint: { 'text-color': '#fff' },
  });
  await draw();
  map.on('moveend', draw);
  map.on('click', 'points', (event) => {
    const cell = event.features[0].properties;
    const at = event.features[0].geometry.coordinates;
    new maplibre.Popup({ closeButton: true, maxWidth: '20rem' }).setLngLat(at).setDOMContent(card(cell)).addTo(map);
    if (!cell.code && map.getZoom() < 12) map.easeTo({ center: at, zoom: map.getZoom() + 2 });
  });
  map.on('mouseenter', 'points', () => { map.getCanvas().style.cursor = 'pointer'; });
  map.on('mouseleave', 'points', () => { map.getCanvas().style.cursor = ''; });
  holder.dataset.ready = 'yes';
});

// "Only what is in view": the list beside the map is asked for with the map's edges.
document.getElementById('in-view')?.addEventListener('click', (event) => {
  event.preventDefault();
  const box = map.getBounds();
  const address = new URL(location.href);
  address.searchParams.delete('page');
  address.searchParams.set('bbox', [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((x) => x.toFixed(3)).join(','));
  location.assign(address);
});
