import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { BarographError } from './errors.ts';

/** Says whether a connection to an IP address may be made. */
export type AddressPolicy = (address: string) => boolean;

/**
 * Addresses where clouds give credentials to whoever asks from inside, and link-local ones in general: nothing that is
 * watched lives there.
 */
const LOCAL_SERVICES = new BlockList();
LOCAL_SERVICES.addSubnet('169.254.0.0', 16, 'ipv4');
LOCAL_SERVICES.addAddress('100.100.100.200', 'ipv4');
LOCAL_SERVICES.addAddress('192.0.0.192', 'ipv4');
LOCAL_SERVICES.addSubnet('fe80::', 10, 'ipv6');
LOCAL_SERVICES.addAddress('fd00:ec2::254', 'ipv6');
LOCAL_SERVICES.addAddress('fd20:ce::254', 'ipv6');

/** Everything but link-local addresses and the metadata services of clouds. */
export const noLocalServices: AddressPolicy = (address) => {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return !LOCAL_SERVICES.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
};

/** Throws when the host of a URL is an IP address that may not be connected to. Names are judged when they are looked up. */
export function checkHost(hostname: string, allowed: AddressPolicy): void {
  const plain = hostname.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0 && !allowed(plain)) throw addressRefused(plain);
}

/** A lookup that finds the allowed addresses of a name only, so that a name cannot lead elsewhere after it was checked. */
export function guardedLookup(allowed: AddressPolicy): LookupFunction {
  return (hostname, options, done) => {
    systemLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '');
      const good = found.filter(({ address }) => allowed(address));
      const [first] = good;
      if (first === undefined) return done(addressRefused(`${hostname} (${found[0]?.address})`), '');
      if (options.all === true) return done(null, good);
      return done(null, first.address, first.family);
    });
  };
}

function addressRefused(address: string): BarographError {
  return new BarographError(
    `connections to ${address} are not allowed: it is a link-local address or a metadata service`,
    {
      kind: 'bad-request',
      code: 'address-refused',
      hint: 'Start the server with --datasources.allow-link-local when that is really meant.',
    },
  );
}
