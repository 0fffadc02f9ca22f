/** On each rule and object that an install makes in AWS: the install's owner id. */
export const OWNER_TAG = 'sallyport.dev/owner';

/** On each object that is made for one set: the set's name. */
export const SET_TAG = 'sallyport.dev/cidr-set';
