/** On each rule and object that an install makes in AWS: the install's owner id. */
export const OWNER_TAG = 'sallyport.dev/owner';

/** On a security group: `cidrset.sallyport.dev/<set>` = `tcp/443 tcp/22` lets the set in. AWS tags don't take commas everywhere. */
export const GROUP_TAG_PREFIX = 'cidrset.sallyport.dev/';

/** On a PrivateLinkEndpoint whose public names this cluster's DNS leads to it: nothing that they lead to goes before. */
export const INTERCEPTION_FINALIZER = 'sallyport.dev/interception';
