import { OWNER_TAG } from '../../api/marks.js';
import { POOL_KEY } from '../../runner-pool/pool.js';
import { MARKED, OWN, onlyTags, type Permission, permissionsOf } from '../permission.js';

const of = permissionsOf('runner-pool');

const CLUSTER = 'eks:*:*:cluster/*';
const ASSOCIATION = 'eks:*:*:podidentityassociation/*/*';
const ROLE = 'iam::*:role/*';

const launchTemplate = of('launchTemplate', [
  {
    sid: 'ReadLaunchTemplates',
    actions: ['ec2:DescribeLaunchTemplateVersions'],
    resources: ['*'],
    why: 'see what nodes are started by',
  },
  {
    sid: 'ChangeLaunchTemplates',
    actions: ['ec2:CreateLaunchTemplateVersion'],
    // The launch template is somebody else's.
    resources: ['ec2:*:*:launch-template/*'],
    why: 'have nodes started with its user data',
  },
]);

const podIdentity = of('podIdentity', [
  {
    sid: 'ReadPodIdentities',
    actions: ['eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'],
    // Those of others too: they are left alone.
    resources: [CLUSTER, ASSOCIATION],
    why: 'see which role jobs have',
  },
  {
    sid: 'MakePodIdentities',
    actions: ['eks:CreatePodIdentityAssociation'],
    resources: [CLUSTER],
    conditions: [MARKED],
    why: 'give jobs their role',
  },
  {
    sid: 'MarkPodIdentities',
    actions: ['eks:TagResource'],
    resources: [ASSOCIATION],
    conditions: [MARKED, onlyTags(OWNER_TAG, POOL_KEY)],
    why: 'mark associations as they are made',
  },
  {
    sid: 'ChangePodIdentities',
    actions: ['eks:UpdatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation', 'eks:UntagResource'],
    resources: [ASSOCIATION],
    conditions: [OWN],
    why: 'change and delete its associations, or leave them in place',
  },
  {
    sid: 'PassRoles',
    actions: ['iam:PassRole'],
    resources: [ROLE],
    conditions: [{ operator: 'StringEquals', key: 'iam:PassedToService', values: ['pods.eks.amazonaws.com'] }],
    // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
    why: 'pass the role of jobs to EKS',
  },
  {
    sid: 'ReadRoles',
    actions: ['iam:GetRole'],
    resources: [ROLE],
    why: 'have EKS see the role of jobs',
  },
]);

export const runnerPoolPermissions: readonly Permission[] = [...launchTemplate, ...podIdentity];
