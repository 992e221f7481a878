// Months stacked by grade; drag across them to choose a period. The same numbers stand in a table below the chart.
import uPlot from 'uplot';

for (const holder of document.querySelectorAll('.chart[data-months]')) draw(holder);

function draw(holder) {
  const told = JSON.parse(document.getElementById(holder.dataset.months).textContent);
  if (!told.months.length) return;
  const style = getComputedStyle(document.documentElement);
  const times = told.months.map((m) => Date.UTC(Number(m.slice(0, 4)), Number(m.slice(5, 7)) - 1) / 1000);
  const sums = [];
  told.grades.forEach((_, n) => {
    sums.push(told.counts[n].map((count, at) => count + (n ? sums[n - 1][at] : 0)));
  });
  const order = told.grades.map((_, n) => n).reverse(); // the highest sums are drawn first, the lower over them
  const size = () => ({ width: holder.clientWidth, height: 240 });
  const axis = { stroke: style.getPropertyValue('--soft'), grid: { stroke: style.getPropertyValue('--line'), width: 1 }, font: '12px sans-serif' };
  const chart = new uPlot({
    ...size(),
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true }, y: { range: (u, least, most) => [0, Math.max(1, most)] } },
    tzDate: (t) => uPlot.tzDate(new Date(t * 1000), 'Etc/UTC'),
    axes: [axis, { ...axis, values: (u, ticks) => ticks.map((t) => (Number.isInteger(t) ? t : '')) }],
    series: [{}, ...order.map((n) => ({
      label: told.labels[n], fill: style.getPropertyValue(`--${told.grades[n]}`), stroke: 'transparent', width: 0,
      paths: uPlot.paths.bars({ size: [0.8, 40] }), points: { show: false },
    }))],
    hooks: { setSelect: [(u) => {
      if (u.select.width < 4) return;
      const month = (x) => new Date(u.posToVal(x, 'x') * 1000).toISOString().slice(0, 7);
      const address = new URL(told.address, location.href);
      address.searchParams.set('from', month(u.select.left));
      address.searchParams.set('to', month(u.select.left + u.select.width));
      location.assign(address);
    }] },
  }, [times, ...order.map((n) => sums[n])], holder);
  addEventListener('resize', () => chart.setSize(size()));
}
