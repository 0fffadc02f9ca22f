/** Told below what could not be read of AWS or the cluster. */
export const UNREAD_NEXT = '→ sallyport doctor tells what is missing, account by account';
