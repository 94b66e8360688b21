// Before anything is drawn: that scripts run, and the theme that the reader chose on one of these pages.
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("specit-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser may keep nothing for files on disk.
}
