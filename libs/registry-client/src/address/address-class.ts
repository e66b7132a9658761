import { BlockList, isIP } from 'node:net';

/**
 * Who may be reached at an address. `link-local` holds the addresses where clouds serve the credentials of
 * a machine; `special` everything else that is not the public internet, in whatever notation or tunnel.
 */
export type AddressClass = 'public' | 'special' | 'link-local';

const LINK_LOCAL = [
  '169.254.0.0/16',
  '100.100.100.200/32', // metadata service of one cloud, inside the shared range
  '192.0.0.192/32', // of another
  'fe80::/10',
  'fd00:ec2::/32', // of a third, inside the unique-local range
  '::a9fe:0/112', // 169.254.0.0/16 once more: IPv4-compatible,
  '::ffff:a9fe:0/112', // IPv4-mapped,
  '64:ff9b::a9fe:0/112', // through NAT64,
  '2002:a9fe::/32', // through 6to4
];

/** RFC 6890 and the IANA special-purpose registries; `2000::/3` is the only public part of IPv6. */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const GLOBAL_V6 = ['2000::/3'];
const SPECIAL_IN_GLOBAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const linkLocal = listOf(LINK_LOCAL);
const specialV4 = listOf(SPECIAL_V4);
const globalV6 = listOf(GLOBAL_V6);
const specialInGlobalV6 = listOf(SPECIAL_IN_GLOBAL_V6);

/** Puts an IP address in its class; what is no IP address is `special`, so that nothing slips through. */
export function addressClassOf(address: string): AddressClass {
  const bare = address.split('%', 1)[0] ?? ''; // fe80::1%eth0
  const version = isIP(bare);
  if (version === 0) return 'special';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (linkLocal.check(bare, family)) return 'link-local';
  if (version === 4) return specialV4.check(bare, family) ? 'special' : 'public';
  return globalV6.check(bare, family) && !specialInGlobalV6.check(bare, family) ? 'public' : 'special';
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits = ''] = subnet.split('/');
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
