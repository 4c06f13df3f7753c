/** The colors that heatmaps go through, from low to high, by their names in files. */
const SCHEMES: Readonly<Record<string, string>> = {
  Oranges: 'fff5eb fdd0a2 fd8d3c d94801 7f2704',
  Reds: 'fff5f0 fcbba1 fb6a4a cb181d 67000d',
  Greens: 'f7fcf5 c7e9c0 74c476 238b45 00441b',
  Blues: 'f7fbff c6dbef 6baed6 2171b5 08306b',
  Purples: 'fcfbfd dadaeb 9e9ac8 6a51a3 3f007d',
  Greys: 'ffffff d9d9d9 969696 525252 000000',
  BuGn: 'f7fcfd ccece6 66c2a4 238b45 00441b',
  BuPu: 'f7fcfd bfd3e6 8c96c6 88419d 4d004b',
  GnBu: 'f7fcf0 ccebc5 7bccc4 2b8cbe 084081',
  OrRd: 'fff7ec fdd49e fc8d59 d7301f 7f0000',
  PuBu: 'fff7fb d0d1e6 74a9cf 0570b0 023858',
  PuBuGn: 'fff7fb d0d1e6 67a9cf 02818a 014636',
  PuRd: 'f7f4f9 d4b9da df65b0 ce1256 67001f',
  RdPu: 'fff7f3 fcc5c0 f768a1 ae017e 49006a',
  YlGn: 'ffffe5 d9f0a3 78c679 238443 004529',
  YlGnBu: 'ffffd9 c7e9b4 41b6c4 225ea8 081d58',
  YlOrBr: 'ffffe5 fee391 fe9929 cc4c02 662506',
  YlOrRd: 'ffffcc fed976 fd8d3c e31a1c 800026',
  Spectral: '9e0142 f46d43 fee08b ffffbf e6f598 66c2a5 5e4fa2',
  RdYlGn: 'a50026 f46d43 fee08b ffffbf d9ef8b 66bd63 006837',
  RdYlBu: 'a50026 f46d43 fee090 ffffbf e0f3f8 74add1 313695',
  RdBu: '67001f d6604d f7f7f7 4393c3 053061',
  RdGy: '67001f d6604d ffffff 878787 1a1a1a',
  PiYG: '8e0152 de77ae f7f7f7 7fbc41 276419',
  PRGn: '40004b 9970ab f7f7f7 5aae61 00441b',
  PuOr: '7f3b08 e08214 f7f7f7 8073ac 2d004b',
  BrBG: '543005 bf812d f5f5f5 35978f 003c30',
  Viridis: '440154 3b528b 21918c 5ec962 fde725',
  Magma: '000004 51127c b73779 fc8961 fcfdbf',
  Inferno: '000004 57106e bc3754 f98e09 fcffa4',
  Plasma: '0d0887 7e03a8 cc4778 f89540 f0f921',
  Cividis: '00204d 414d6b 7c7b78 bcaf6f ffea46',
  Turbo: '30123b 4145ab 28bbec a2fc3c fe9b2d d23105 7a0403',
  Warm: '6e40aa bf3caf fe4b83 ff7847 e2b72f aff05b',
  Cool: '6e40aa 4c6edb 23abd8 1ddfa3 52f667 aff05b',
  Cubehelix: '000000 1a2d4e 2b6f39 a0794a d490c6 ffffff',
  Rainbow: '6e40aa fe4b83 e2b72f 52f667 23abd8 6e40aa',
  Sinebow: 'ff4040 bfbf40 40ff40 40bfbf 4040ff ff4040',
};

type Channels = readonly [red: number, green: number, blue: number];

/** `steps` colors of a scheme (`Oranges`, or `interpolateOranges` of old files), evenly spread; unknown ones are Oranges. */
export function schemeColors(name: string, steps: number): string[] {
  const plain = name.replace(/^interpolate/, '');
  const scheme = Object.hasOwn(SCHEMES, plain) ? SCHEMES[plain]! : SCHEMES['Oranges']!;
  const stops = scheme.split(' ').map(channelsOf);
  return Array.from({ length: steps }, (_, i) => between(stops, steps === 1 ? 1 : i / (steps - 1)));
}

function channelsOf(digits: string): Channels {
  const color = Number.parseInt(digits, 16);
  return [color >> 16, (color >> 8) & 255, color & 255];
}

function between(stops: readonly Channels[], share: number): string {
  const place = share * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [stops[low]!, stops[low + 1]!];
  const mixed = from.map((channel, i) => Math.round(channel + (to[i]! - channel) * (place - low)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
