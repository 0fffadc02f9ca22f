/** `0.1.0` of `registry.example.com:5000/sallyport:v0.1.0@sha256:...`; undefined where a digest alone names it. */
export function tagOf(image: string): string | undefined {
  return /^[^:@]+:v?([\w.-]+)/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
}
