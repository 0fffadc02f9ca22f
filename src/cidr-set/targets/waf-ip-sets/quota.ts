/** Of one IP set, for all accounts: https://docs.aws.amazon.com/waf/latest/developerguide/limits.html */
export const MAX_ADDRESSES = 10_000;
