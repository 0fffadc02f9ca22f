/** On each object that is made for one set: the set's name. */
export const SET_TAG = 'sallyport.dev/cidr-set';
