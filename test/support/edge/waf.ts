import {
  type CreateIPSetRequest,
  type DeleteIPSetRequest,
  GetIPSetCommand,
  GetWebACLCommand,
  ListIPSetsCommand,
  ListWebACLsCommand,
  type UpdateIPSetRequest,
  type WAFV2Client,
} from '@aws-sdk/client-wafv2';
import ipaddr from 'ipaddr.js';
import { type Action, type Actions, type EdgeCall, Refusal } from './call.js';

/** https://docs.aws.amazon.com/waf/latest/developerguide/limits.html */
const MAX_ADDRESSES = 10_000;

type ClientFor = (accountId: string, region: string) => WAFV2Client;

/** IP sets are moto's, but it takes any address, as many as come, any name twice, and lets one go that is used. */
export function wafActions(waf: ClientFor): Actions {
  return {
    /** https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html */
    CreateIPSet: inScope(async (call, forward) => {
      const input = inputOf<CreateIPSetRequest>(call);
      const { Name, Scope, IPAddressVersion, Addresses = [] } = input;
      const sets = await waf(call.accountId, call.region).send(new ListIPSetsCommand({ Scope, Limit: 100 }));
      if (sets.IPSets?.some((set) => set.Name === Name)) {
        const message = 'AWS WAF couldn’t perform the operation because some resource in your request is a duplicate.';
        throw new Refusal(400, 'WAFDuplicateItemException', message);
      }
      return forward({ ...input, Addresses: stored(Addresses, IPAddressVersion) });
    }),

    /** https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateIPSet.html */
    UpdateIPSet: inScope(async (call, forward) => {
      const input = inputOf<UpdateIPSetRequest>(call);
      const { Name, Scope, Id, Addresses = [] } = input;
      const { IPSet } = await waf(call.accountId, call.region).send(new GetIPSetCommand({ Name, Scope, Id }));
      return forward({ ...input, Addresses: stored(Addresses, IPSet?.IPAddressVersion) });
    }),

    /** https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteIPSet.html */
    DeleteIPSet: inScope(async (call, forward) => {
      const { Id = '' } = inputOf<DeleteIPSetRequest>(call);
      if (await isUsed(waf(call.accountId, call.region), inputOf(call))) {
        const message = `AWS WAF couldn’t perform the operation because your resource ${Id} is being used.`;
        throw new Refusal(400, 'WAFAssociatedItemException', message);
      }
      return forward();
    }),

    GetIPSet: inScope((_call, forward) => forward()),
    ListIPSets: inScope((_call, forward) => forward()),
  };
}

function inputOf<T>({ input }: EdgeCall): T {
  return input as T;
}

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_ListIPSets.html: CLOUDFRONT is at home in us-east-1. */
function inScope(action: Action): Action {
  return (call, forward) => {
    if (call.input.Scope === 'CLOUDFRONT' && call.region !== 'us-east-1') throw invalid('The scope is not valid.');
    return action(call, forward);
  };
}

/** Only rules of web ACLs are looked at, not rule groups. */
async function isUsed(waf: WAFV2Client, { Scope, Id }: DeleteIPSetRequest): Promise<boolean> {
  const { WebACLs = [] } = await waf.send(new ListWebACLsCommand({ Scope, Limit: 100 }));
  for (const { Name, Id: id } of WebACLs) {
    const { WebACL } = await waf.send(new GetWebACLCommand({ Name, Id: id, Scope }));
    if (JSON.stringify(WebACL?.Rules).includes(`/${Id}"`)) return true;
  }
  return false;
}

/**
 * All CIDRs but /0. IPv6 comes back spelled out, for which Terraform's provider compares addresses by their value.
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/wafv2/ip_set.go
 */
function stored(addresses: string[], version: string | undefined): string[] {
  if (addresses.length > MAX_ADDRESSES) {
    const message = 'AWS WAF couldn’t perform the operation because you exceeded your resource limit.';
    throw new Refusal(400, 'WAFLimitsExceededException', message);
  }
  return addresses.map((cidr) => {
    if (!ipaddr.isValidCIDR(cidr)) throw invalid(cidr);
    const [address, length] = ipaddr.parseCIDR(cidr);
    if (length === 0 || (address.kind() === 'ipv6') !== (version === 'IPV6')) throw invalid(cidr);
    return address instanceof ipaddr.IPv6 ? `${spelledOut(address)}/${length}` : cidr;
  });
}

function spelledOut({ parts }: ipaddr.IPv6): string {
  return parts.map((part) => part.toString(16).padStart(4, '0')).join(':');
}

function invalid(parameter: string): Refusal {
  const message = `Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: ${parameter}`;
  return new Refusal(400, 'WAFInvalidParameterException', message);
}
