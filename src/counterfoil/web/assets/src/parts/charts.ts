// Charts stand on few pages; what draws them is fetched only there.

function drawAll(): void {
  const places = [...document.querySelectorAll<HTMLElement>('[data-chart]:not([data-drawn])')];
  if (places.length === 0) return;
  for (const place of places) place.dataset.drawn = '';
  import('../charts/draw').then(
    ({ draw }) => places.forEach(draw),
    () => places.forEach((place) => place.closest('figure')?.setAttribute('data-failed', '')),
  );
}

export function startCharts(): void {
  document.addEventListener('htmx:after:swap', drawAll);
  drawAll();
}
