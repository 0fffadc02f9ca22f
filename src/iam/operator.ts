import type { PolicyDocument } from './policy.js';

/** What Sallyport's own identity needs: to be let into each account. `roleArns`: without any, roles named sallyport. */
export function operatorPolicy(roleArns: readonly string[], partition: string): PolicyDocument {
  const Resource = roleArns.length > 0 ? roleArns : [`arn:${partition}:iam::*:role/sallyport`];
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'EnterAccounts', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource }],
  };
}
