import { binary, counted, currency, type Formatter, fixedSuffix, plain, scaled, si, toFixed } from './unit-numbers.ts';

/** A unit and the ids that count in it; behind a colon the prefix that they count in. */
type Family = readonly [unit: string, ids: string];

const FIXED: readonly Family[] = [
  ['%H', 'humidity'],
  ['dB', 'dB'],
  ['dbm', 'dBm'],
  ['px', 'pixel'],
  ['m/sec²', 'accMS2'],
  ['f/sec²', 'accFS2'],
  ['g', 'accG'],
  ['°', 'degree'],
  ['rad', 'radian'],
  ['grad', 'grad'],
  ['arcmin', 'arcmin'],
  ['arcsec', 'arcsec'],
  ['m²', 'areaM2'],
  ['ft²', 'areaF2'],
  ['mi²', 'areaMI2'],
  ['ac', 'acres'],
  ['ha', 'hectares'],
  ['ppm', 'ppm'],
  ['ppb', 'conppb'],
  ['ng/m³', 'conngm3'],
  ['ng/Nm³', 'conngNm3'],
  ['μg/m³', 'conμgm3'],
  ['μg/Nm³', 'conμgNm3'],
  ['mg/m³', 'conmgm3'],
  ['mg/Nm³', 'conmgNm3'],
  ['g/m³', 'congm3'],
  ['g/Nm³', 'congNm3'],
  ['mg/dL', 'conmgdL'],
  ['mmol/L', 'conmmolL'],
  ['gpm', 'flowgpm'],
  ['cms', 'flowcms'],
  ['cfs', 'flowcfs'],
  ['cfm', 'flowcfm'],
  ['L/h', 'litreh'],
  ['L/min', 'flowlpm'],
  ['mL/min', 'flowmlpm'],
  ['lux', 'lux'],
  ['lb', 'masslb'],
  ['t', 'masst'],
  ['cm', 'lengthcm'],
  ['in', 'lengthin'],
  ['ft', 'lengthft'],
  ['mi', 'lengthmi'],
  ['hPa', 'pressurehpa'],
  ['kPa', 'pressurekpa'],
  ['"Hg', 'pressurehg'],
  ['rpm', 'rotrpm'],
  ['rad/s', 'rotrads'],
  ['°/s', 'rotdegs'],
  ['°C', 'celsius'],
  ['°F', 'fahrenheit farenheit'],
  ['K', 'kelvin'],
  ['m/s', 'velocityms'],
  ['km/h', 'velocitykmh'],
  ['mph', 'velocitymph'],
  ['kn', 'velocityknot'],
  ['m³', 'm3'],
  ['Nm³', 'Nm3'],
  ['dm³', 'dm3'],
  ['gal', 'gallons'],
];

const SI: readonly Family[] = [
  ['', 'sishort'],
  ['cd', 'candela'],
  ['FLOPS', 'flops mflops:M gflops:G tflops:T pflops:P eflops:E zflops:Z yflops:Y'],
  ['B', 'decbytes deckbytes:k decmbytes:M decgbytes:G dectbytes:T decpbytes:P'],
  ['b', 'decbits'],
  ['p/s', 'pps'],
  ['B/s', 'Bps KBs:k MBs:M GBs:G TBs:T PBs:P'],
  ['b/s', 'bps Kbits:k Mbits:M Gbits:G Tbits:T Pbits:P'],
  ['W', 'watt kwatt:k megwatt:M gwatt:G mwatt:m'],
  ['W/m²', 'Wm2'],
  ['VA', 'voltamp kvoltamp:k'],
  ['VAr', 'voltampreact kvoltampreact:k'],
  ['Wh', 'watth kwatth:k mwatth:M'],
  ['Wh/kg', 'watthperkg'],
  ['W-Min', 'kwattm:k'],
  ['Ah', 'amph kamph:k mamph:m'],
  ['J', 'joule'],
  ['eV', 'ev'],
  ['A', 'amp kamp:k mamp:m'],
  ['V', 'volt kvolt:k mvolt:m'],
  ['Ω', 'ohm mohm:m kohm:k Mohm:M'],
  ['F', 'farad µfarad:µ nfarad:n pfarad:p ffarad:f'],
  ['H', 'henry mhenry:m µhenry:µ'],
  ['Lm', 'lumens'],
  ['Nm', 'forceNm forcekNm:k'],
  ['N', 'forceN forcekN:k'],
  ['H/s', 'Hs KHs:k MHs:M GHs:G THs:T PHs:P EHs:E'],
  ['g', 'massmg:m massg masskg:k'],
  ['m', 'lengthmm:m lengthm lengthkm:k'],
  ['bar', 'pressurembar:m pressurebar pressurekbar:k'],
  ['Pa', 'pressurepa'],
  ['Bq', 'radbq'],
  ['Ci', 'radci'],
  ['Gy', 'radgy'],
  ['rad', 'radrad'],
  ['Sv', 'radsv radmsv:m radusv:µ'],
  ['rem', 'radrem'],
  ['C/kg', 'radexpckg'],
  ['R', 'radr'],
  ['Sv/h', 'radsvh radmsvh:m radusvh:µ'],
  ['Hz', 'hertz rothz rotkhz:k rotmhz:M rotghz:G'],
  ['L', 'mlitre:m litre'],
];

const BINARY: readonly Family[] = [
  ['B', 'bytes kbytes:K mbytes:M gbytes:G tbytes:T pbytes:P'],
  ['b', 'bits'],
  ['B/s', 'binBps KiBs:K MiBs:M GiBs:G TiBs:T PiBs:P'],
  ['b/s', 'binbps Kibits:K Mibits:M Gibits:G Tibits:T Pibits:P'],
];

const COUNTS: readonly Family[] = [
  ['c/s', 'cps'],
  ['ops/s', 'ops'],
  ['req/s', 'reqps'],
  ['rd/s', 'rps'],
  ['wr/s', 'wps'],
  ['io/s', 'iops'],
  ['evt/s', 'eps'],
  ['msg/s', 'mps'],
  ['rec/s', 'recps'],
  ['rows/s', 'rowsps'],
  ['c/m', 'cpm'],
  ['ops/m', 'opm'],
  ['req/m', 'reqpm'],
  ['rd/m', 'rpm'],
  ['wr/m', 'wpm'],
  ['evts/m', 'epm'],
  ['msgs/m', 'mpm'],
  ['rec/m', 'recpm'],
  ['rows/m', 'rowspm'],
];

/** Symbols before the amount; behind it the ids of `BEHIND`. */
const MONEY: readonly Family[] = [
  ['$', 'currencyUSD'],
  ['£', 'currencyGBP'],
  ['€', 'currencyEUR'],
  ['¥', 'currencyJPY'],
  ['₽', 'currencyRUB'],
  ['₴', 'currencyUAH'],
  ['R$', 'currencyBRL'],
  ['czk', 'currencyCZK'],
  ['CHF', 'currencyCHF'],
  ['PLN', 'currencyPLN'],
  ['฿', 'currencyBTC'],
  ['mBTC', 'currencymBTC'],
  ['μBTC', 'currencyμBTC'],
  ['R', 'currencyZAR'],
  ['₹', 'currencyINR'],
  ['₩', 'currencyKRW'],
  ['Rp', 'currencyIDR'],
  ['PHP', 'currencyPHP'],
  ['RM', 'currencyMYR'],
  ['XPF', 'currencyXPF'],
  ['BGN', 'currencyBGN'],
  ['₲', 'currencyPYG'],
  ['UYU', 'currencyUYU'],
  ['₪', 'currencyILS'],
];

const BEHIND: readonly Family[] = [
  ['kr', 'currencyDKK currencyISK currencyNOK currencySEK'],
  ['đ', 'currencyVND'],
  ['₺', 'currencyTRY'],
];

const percent = fixedSuffix('%');

function hex(value: number, decimals?: number | null): string {
  return Number.parseFloat(toFixed(value, decimals)).toString(16).toUpperCase();
}

const OWN: readonly (readonly [id: string, formatter: Formatter])[] = [
  ['none', fixedSuffix('')],
  ['string', (value) => plain(String(value))],
  ['short', scaled(1000, ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept'])],
  ['percent', percent],
  ['percentunit', (value, decimals) => percent(value * 100, decimals)],
  ['hex', (value, decimals) => plain(hex(value, decimals))],
  ['hex0x', (value, decimals) => plain(hex(value, decimals).replace(/^-?/, '$&0x'))],
  ['sci', (value, decimals) => plain(value.toExponential(decimals ?? undefined))],
  ['locale', (value, decimals) => plain(value.toLocaleString('en-US', { maximumFractionDigits: decimals ?? 3 }))],
  ['pressurepsi', scaled(1000, ['psi', 'ksi', 'Mpsi'])],
  ['bool', (value) => plain(value ? 'True' : 'False')],
  ['bool_yes_no', (value) => plain(value ? 'Yes' : 'No')],
  ['bool_on_off', (value) => plain(value ? 'On' : 'Off')],
];

function family(
  families: readonly Family[],
  make: (unit: string, prefix: string) => Formatter,
): (readonly [string, Formatter])[] {
  return families.flatMap(([unit, ids]) =>
    ids.split(' ').map((written) => {
      const [id = '', prefix = ''] = written.split(':');
      return [id, make(unit, prefix)] as const;
    }),
  );
}

/** Grafana's units by id, but for those of time. */
export const UNITS: ReadonlyMap<string, Formatter> = new Map([
  ...OWN,
  ...family(FIXED, (unit) => fixedSuffix(` ${unit}`)),
  ...family(SI, si),
  ...family(BINARY, binary),
  ...family(COUNTS, counted),
  ...family(MONEY, (symbol) => currency(symbol)),
  ...family(BEHIND, (symbol) => currency(symbol, true)),
]);
