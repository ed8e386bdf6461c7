/** Sets the theme before anything is painted; this is why it is no module, which would come later. */
document.documentElement.dataset.theme =
  { dark: "dark", light: "light" }[new URLSearchParams(location.search).get("theme")] ??
  localStorage.getItem("theme") ??
  (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
