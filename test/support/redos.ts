/** A pattern that makes a backtracking engine hang, or one of the limits of RE2, with a text that shows it. */
export interface EvilPattern {
  readonly pattern: string;
  readonly text: string;
}

const AS = 'a'.repeat(31);
const LONG = 'a'.repeat(5000);

/** Nested and overlapping repetitions of one letter: all fail on a row of `a` that ends with another character. */
const EXPONENTIAL = [
  ...[
    '(a+)+',
    '(a*)*',
    '(a+)*',
    '(a*)+',
    '(a|a)*',
    '(a|a)+',
    '(a|aa)+',
    '(a|a?)+',
    '(a?)+',
    '(a?)*',
    '([a-z]+)*',
    '([a-zA-Z]+)*',
  ],
  ...[
    '(a+){2,}',
    '(a{1,}){1,}',
    '((a+)+)+',
    '((a*)*)*',
    '(((a+)+)+)+',
    '(aa+)+',
    '(a+a+)+',
    '(a*a*)*',
    '(a+b?)+',
    '(a*b?)*',
  ],
  ...[
    '(?:a+)+',
    '(?:a|a)*',
    '(?:a*)*',
    '(?i)(a+)+',
    '(?i)(a|A)*',
    '(\\w+)+',
    '(\\w*)*',
    '(\\w+\\s?)+',
    '(\\w+\\s*)*',
    '(\\w|a)+',
  ],
  ...[
    '(.+)+',
    '(.*)*',
    '(.+)*',
    '(.|a)+',
    '(.|.)*',
    '(.*a)*',
    '(.*a){12}',
    '(.+a)+',
    '(.*)(.*)(.*)(.*)(.*)b',
    '([^b]+)+',
    '([^b]*)*',
  ],
  ...[
    '(x+x+)+y',
    '(a|b|ab)*c',
    '(a+|b+|ab)*c',
    '(a|ab|b)*c',
    '(aa|aab?)*',
    '(a|aa|aaa)+',
    '(a|aa|aaa|aaaa)*',
    '(a+?)+?',
    '(a*?)*?',
  ],
  ...[
    '(a+?){2,}?',
    '([aA]+)+',
    '([a]+[a]+)+',
    '([\\w]+)*',
    '([\\w.]+)+',
    '(a[ab]*)+',
    '([ab]*a)+',
    '(\\D+)+',
    '(\\S+)+',
    '(\\S+\\s*)+',
  ],
  ...[
    '(?:(?:a+)+)+',
    '(?P<n>a+)+',
    '(a{0,5})*',
    '(a{1,5})+',
    '(a{2,4})+',
    '(a{1,3}){1,9}',
    '(a?){31}a{31}',
    'a?a?a?a?a?a?a?a?a?a?a?a?a{12}b',
  ],
  ...[
    '(a?a?a?)+',
    '(a?b?c?)*',
    '(a*b*c*)*',
    '(a+b*)+',
    '(a|b)*?c',
    '(([a-z])+.)+',
    '(([a-z]+)\\.?)+',
    '([a-z]+\\.?)*',
    '^(a+)+$',
    '^(a|a)*$',
  ],
  ...['^(([a-z])+.)+[A-Z]([a-z])+$', '(a+)+(b+)+c', '(a*)*(b*)*c', '(a+)*b(a+)*c', '(.*)+x', '(.*?)+x', '(.+?)+x'],
].map((pattern) => ({ pattern, text: `${AS}!` }));

/** Several wildcards in a row: polynomial, so they need longer texts. */
const POLYNOMIAL = [
  ...[
    '.*.*=.*',
    '.*.*.*=',
    '.*a.*a.*a.*b',
    '.*a.*a.*a.*a.*a.*b',
    'a*a*a*a*b',
    'a*a*a*a*a*a*b',
    '\\w*\\w*\\w*1',
    '\\s*.*\\s*.*b',
    '[a-z]*[a-z]*[a-z]*[0-9]',
  ],
  ...[
    '.*[ab].*[ab].*[ab].*c',
    '(.*)(a|b)(.*)(a|b)(.*)c',
    '(?i).*a.*a.*a.*b',
    '.*(a|aa).*(a|aa).*b',
    '[^b]*[^c]*[^d]*b',
    'a+a+a+a+a+b',
    '.+.+.+.+b',
  ],
].map((pattern) => ({ pattern, text: `${LONG}!` }));

/** What was reported for real programs: addresses, versions, dates, numbers, headers, paths. */
const REPORTED: readonly EvilPattern[] = [
  {
    pattern:
      '([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))',
    text: `${AS}!`,
  },
  { pattern: '(\\w+([.-]?\\w+)*)+@\\w+', text: `${AS}!` },
  { pattern: '(([a-z0-9]+[.-]?)+[a-z0-9]+)+:\\d+', text: `${AS}!` },
  { pattern: '(\\d+\\.?)+', text: `${'1'.repeat(31)}!` },
  { pattern: '(\\d+,?)*', text: `${'1'.repeat(31)}!` },
  { pattern: '\\d*[1-9]\\d*\\.?\\d*x', text: `${'1'.repeat(3000)}!` },
  { pattern: '([0-9]+)+#', text: '1'.repeat(31) },
  { pattern: '(([0-9]{1,3})+\\.?)+', text: `${'1'.repeat(31)}!` },
  { pattern: '(/[^/]*)*/x', text: `${'/a'.repeat(200)}!` },
  { pattern: '(/?[a-z]+)+', text: `${'/a'.repeat(31)}!` },
  { pattern: '(.*/)*x', text: `${'/'.repeat(31)}!` },
  { pattern: '((\\s*,\\s*)*a?)+', text: `${' ,'.repeat(31)}!` },
  { pattern: '\\s*#?\\s*$', text: `${' '.repeat(3000)}!` },
  { pattern: '(\\s+)*', text: `${' '.repeat(31)}!` },
  { pattern: '(<[^>]*>)*(.*)(<[^>]*>)*x', text: '<'.repeat(200) },
  { pattern: '(["\']?)([^"\']*)+(["\']?)', text: `${AS}"'"'!"` },
  { pattern: '(?:[a-z]+-)*(?:[a-z]+)*\\d', text: `${'a-'.repeat(31)}!` },
  { pattern: 'v?(\\d+\\.)*(\\d+)*(-[a-z]+)*', text: `${'1.'.repeat(31)}!` },
  { pattern: '(([a-f0-9]{1,4}:?)+)+', text: `${'ab:'.repeat(31)}!` },
  { pattern: '(.*)\\d+(.*)\\d+(.*)\\d+x', text: '1'.repeat(500) },
];

/** RE2's own limits: refused, or slow engines would be asked for very much. */
const LARGE: readonly EvilPattern[] = [
  ...[
    '(a{1000}){1000}',
    '((a{100}){100}){100}',
    'a{1001}',
    '((((a{10}){10}){10}){10})',
    '(a{30}){30}',
    '(?:.{0,100}){10}',
    '(.{1,1000}){1}b',
  ],
  ...[
    '([a-z]{1,30}){30}',
    '(\\w{1,500}){2}',
    `${'('.repeat(1001)}a${')'.repeat(1001)}`,
    `${'(a|'.repeat(300)}b${')'.repeat(300)}`,
  ],
].map((pattern) => ({ pattern, text: `${AS}!` }));

/** More than a hundred of them. */
export const EVIL_PATTERNS: readonly EvilPattern[] = [...EXPONENTIAL, ...POLYNOMIAL, ...REPORTED, ...LARGE];
