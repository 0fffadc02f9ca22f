/** "Public endpoint access CIDR ranges per cluster", for all accounts: https://docs.aws.amazon.com/general/latest/gr/eks.html */
export const MAX_CIDRS = 40;
