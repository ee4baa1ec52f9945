// static/js/zone.js — tells the pages to come the browser's time zone; what a reader has chosen comes before it.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const said = `browser_zone=${timeZone}`;
if (/^[\w+/-]{1,60}$/.test(timeZone ?? "") && !document.cookie.split("; ").includes(said)) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${said}; path=/; max-age=31536000; samesite=lax${secure}`;
}
