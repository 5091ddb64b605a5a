// Before the first paint, hence no module: otherwise a dark page would flash light.
try {
  const theme = localStorage.getItem('throughline.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off; the system's theme it is.
}
