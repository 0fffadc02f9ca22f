import type { Tags } from '../names.js';

export function lackingTags(there: Tags, wanted: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => there[key] !== value));
}
