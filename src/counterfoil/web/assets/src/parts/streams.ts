// A page that is opened behind another one listens once somebody looks at it: a browser keeps few connections to one
// place, and a stream holds one of them. htmx lets go of a stream when its page is hidden, but not of one that was
// hidden from the start.
export function startStreams(): void {
  document.addEventListener('htmx:sse:after:connection', () => {
    if (document.hidden) setTimeout(() => document.dispatchEvent(new Event('visibilitychange')), 0);
  });
}
