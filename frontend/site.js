// What every page does with scripting: filters apply when chosen, a number opens what it rests on.
for (const form of document.querySelectorAll('form[data-at-once]')) {
  form.addEventListener('change', (event) => {
    if (event.target.matches('input[type=checkbox], select')) form.requestSubmit();
  });
}
function opened() {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const folded = target?.closest('details');
  if (folded) folded.open = true;
  if (target?.matches('details')) target.open = true;
}
addEventListener('hashchange', opened);
opened();
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
  });
}
for (const button of document.querySelectorAll('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
