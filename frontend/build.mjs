// Builds what the pages load into the package's static files: scripts, styles, fonts, the base map. Fetches nothing.
import { build } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'src', 'civcas', 'web', 'static', 'civcas');
await rm(out, { recursive: true, force: true });
await mkdir(join(out, 'fonts'), { recursive: true });

await build({
  absWorkingDir: here,
  entryPoints: ['site.js', 'map.js', 'chart.js', 'site.css', 'map.css'],
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]',
  legalComments: 'linked',
  logLevel: 'warning',
});

await cp(join(here, 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs'), join(out, 'map-worker.mjs'));

await cp(join(here, 'mark.svg'), join(out, 'mark.svg'));

// Natural Earth, public domain. Land, coast and borders alone: the map fills no country with a colour of its own.
const world = JSON.parse(await readFile(join(here, 'node_modules/world-atlas/countries-50m.json'), 'utf8'));
for (const country of world.objects.countries.geometries) {
  country.properties = { name: country.properties.name };
}
delete world.objects.land;
await writeFile(join(out, 'world.json'), JSON.stringify(world));
