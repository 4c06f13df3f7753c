import type { DnsRecord, DnsRecordType, DnsResolver } from '#lib/dns';
import { BarographError, errorMessage } from '#lib/errors';
import type { TextFiles } from '#lib/text-files';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { DnsSdConfig } from '../configs/registries.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { joinHostPort } from '../label-names.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { parseSearchRules, type SearchRules, searchNames } from '../search-names.ts';

/**
 * Targets in DNS records: one group for each name. A name that cannot be asked for keeps its last targets; one that does
 * not exist has none.
 */
export function dnsDiscoverer(config: DnsSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return refreshingDiscoverer(() => dnsRefreshing(config, parts), parts, report);
}

const RESOLV_CONF = '/etc/resolv.conf';

function dnsRefreshing(config: DnsSdConfig, { files, createResolver, metrics }: MechanismParts): Refreshing {
  const type = config.type.toUpperCase() as DnsRecordType;
  const known = new Map<string, TargetGroup>();
  return {
    mechanism: 'dns',
    interval: config.refreshInterval,
    refresh: async (signal) => {
      const rules = await readSearchRules(files);
      const resolver = createResolver();
      signal.addEventListener('abort', resolver.cancel, { once: true });
      const problems = await Promise.all(
        config.names.map(async (name) => {
          metrics.dnsLookups.inc();
          try {
            const records = await lookup({ name, type }, rules, resolver);
            known.set(name, groupOf(name, type, records, config.port));
            return null;
          } catch (error) {
            metrics.dnsLookupFailures.inc();
            return errorMessage(error);
          }
        }),
      );
      signal.removeEventListener('abort', resolver.cancel);
      const failed = problems.filter((problem) => problem !== null);
      return { groups: [...known.values()], problem: failed.length === 0 ? null : failed.join('\n') };
    },
  };
}

async function readSearchRules(files: TextFiles): Promise<SearchRules> {
  return parseSearchRules(await files.read(RESOLV_CONF).catch(() => ''));
}

/** The first of the complete names that exists counts; that none does is certain only when all were answered. */
async function lookup(
  { name, type }: { readonly name: string; readonly type: DnsRecordType },
  rules: SearchRules,
  resolver: DnsResolver,
): Promise<readonly DnsRecord[]> {
  const reasons: string[] = [];
  for (const complete of searchNames(name, rules)) {
    const answer = await resolver.resolve(complete, type);
    if (answer.kind === 'records') return answer.records;
    if (answer.kind === 'failed') reasons.push(`${complete}: ${answer.reason}`);
  }
  if (reasons.length === 0) return [];
  throw new BarographError(`could not resolve ${JSON.stringify(name)}: ${reasons.join('; ')}`, {
    kind: 'unavailable',
    code: 'dns-failed',
  });
}

function groupOf(name: string, type: DnsRecordType, records: readonly DnsRecord[], port: number): TargetGroup {
  const targets = records.map((record) =>
    Labels.from({
      __address__: joinHostPort(record.target, type === 'SRV' ? record.port : port),
      __meta_dns_name: name,
      ...recordLabels(type, record),
    }),
  );
  return { source: name, targets, labels: Labels.EMPTY };
}

/** Names stand with their final dot, as in the record. */
function recordLabels(type: DnsRecordType, { target, port }: DnsRecord): Record<string, string> {
  if (type === 'A' || type === 'AAAA') return {};
  const prefix = `__meta_dns_${type.toLowerCase()}_record_`;
  const name = { [`${prefix}target`]: `${target}.` };
  return type === 'SRV' ? { ...name, [`${prefix}port`]: String(port) } : name;
}
